/** Paths of reports, which are those of the machine that wrote them, as paths of the project. */
import path from 'node:path';

/** `root` is absolute, and need not exist here: it is cut off. What lies elsewhere keeps its path. */
export function toProjectPath(reported: string, root: string): string {
  const plain = path.posix.normalize(reported.replace(/^file:\/\//, '').replaceAll('\\', '/'));
  const above = root.replaceAll('\\', '/').replace(/\/+$/, '');
  return plain.startsWith(`${above}/`) ? plain.slice(above.length + 1) : plain.replace(/^\.\//, '');
}

/** Not below the root of the project. */
export function isOutside(projectPath: string): boolean {
  return /^(?:\/|[A-Za-z]:\/|\.\.\/)/.test(projectPath);
}
