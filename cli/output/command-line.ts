import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Reads the options of a script. One that cannot be followed ends it with code 2, in a line that names what is wrong and the
 * text that says what there is.
 */
export function commandLine<const T extends ParseArgsConfig>(
  process: { readonly stderr: Pick<NodeJS.WriteStream, 'write'>; exit(code?: number): never },
  config: T,
  help: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${help.trimEnd()}\n`);
    return process.exit(2);
  }
}
