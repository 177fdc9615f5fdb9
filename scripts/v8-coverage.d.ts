/** What of `@bcoe/v8-coverage` is used here; the package brings no types. Shapes: V8's `Profiler.ScriptCoverage`. */
declare module '@bcoe/v8-coverage' {
  export interface ScriptCov {
    scriptId: string;
    url: string;
    functions: {
      functionName: string;
      isBlockCoverage: boolean;
      ranges: { startOffset: number; endOffset: number; count: number }[];
    }[];
  }
  /** undefined for an empty list */
  export function mergeScriptCovs(scripts: readonly ScriptCov[]): ScriptCov | undefined;
}
