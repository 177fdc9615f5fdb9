export declare function findBuild(root: string): string | undefined;
export declare function sourceStamp(root: string): string;
export declare function stampFile(root: string): string;
export declare function compiledCodeDir(root: string): string;
export declare function keepCompiledCode(root: string): void;
