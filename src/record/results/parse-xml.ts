/** Walks through an XML file without holding it: elements with their attributes and their line. No DTD, no entities but XML's own. */
import { SaxesParser } from 'saxes';
import type { Problem } from '../../errors.ts';
import { EncodingFault, type TextFile } from './text-chunks.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** counts from 1 */
  readonly line: number;
}

export interface XmlHandler {
  /** A problem ends the walk. */
  readonly open: (element: XmlElement) => Omit<Problem, 'file'> | undefined;
  readonly close: (name: string) => void;
  /** the text between the tags; left out where nobody wants it */
  readonly text?: (text: string) => void;
}

/** Deeper than any report; what is deeper is an attack on whoever recurses over it. */
const MAX_DEPTH = 200;
/** Control characters that tests print: XML forbids them, producers write them, and a name is all that they spoil. */
const HARMLESS = /disallowed character\.$/;

class Stop extends Error {
  readonly problem: Omit<Problem, 'file'>;
  constructor(problem: Omit<Problem, 'file'>) {
    super(problem.what);
    this.problem = problem;
  }
}

/** Problems come without the file. Throws only what a handler throws. */
export function parseXml(file: TextFile, handler: XmlHandler): Omit<Problem, 'file'> | undefined {
  const parser = new SaxesParser({ position: true });
  let depth = 0;
  const stop = (code: string, what: string, fix: string, line = parser.line): never => {
    throw new Stop({ code, line, column: parser.columnIndex + 1, what, fix });
  };
  parser.on('error', (error) => {
    if (HARMLESS.test(error.message)) return;
    const what = `this is not well-formed XML: ${error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')}`;
    stop('not-xml', what, 'Have the tool write the file anew; it may have been cut off.');
  });
  parser.on('doctype', (doctype) => {
    // An external name is never fetched; what could be expanded lies between the brackets.
    if (/\[|<!/.test(doctype)) stop('xml-dtd', 'the file declares entities or a DTD', 'Have it written without one.');
  });
  // saxes tells of a tag at its end; where it began is what people look for.
  let line = 1;
  parser.on('opentagstart', () => {
    line = parser.line;
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > MAX_DEPTH) stop('too-deep', `elements nest deeper than ${MAX_DEPTH}`, 'Flatten them.');
    const problem = handler.open({ name, attributes: attributes as Record<string, string>, line });
    if (problem !== undefined) throw new Stop(problem);
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    handler.close(name);
  });
  if (handler.text !== undefined) parser.on('text', handler.text);
  try {
    for (const chunk of file.chunks()) parser.write(chunk);
    parser.close();
    return undefined;
  } catch (error) {
    if (error instanceof Stop) return error.problem;
    if (!(error instanceof EncodingFault)) throw error;
    return { code: 'wrong-encoding', line: parser.line, what: error.message, fix: 'Have it written as UTF-8.' };
  }
}
