export declare function programOf(command: string | undefined): string;
export declare function findBuild(root: string, program: string): string | undefined;
export declare function sourceStamp(root: string, name: string): string;
export declare function stampDir(root: string): string;
export declare function compiledCodeDir(root: string): string;
export declare function compiledDir(root: string, program: string): string | undefined;
export declare function keepCompiledCode(root: string): void;
