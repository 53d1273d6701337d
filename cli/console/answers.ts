import type { Json } from '#ports/json';
import { EXIT } from '#cli/deployment/failure';
import type { Cli } from '#cli/output/answering';
import { mapOf, textOf } from '#wire/reading';

/** Runs a command line of this command. */
export type Run = (argv: readonly string[], cli: Cli) => Promise<void>;

/** What a command line answered: its data, or why there is none. */
export type Answered =
  | { readonly data: Json }
  | { readonly error: { readonly message: string; readonly exitCode: number } };

/** Runs a command line as `--json` does, on the deployment of `cli`. */
export async function answered(run: Run, cli: Cli, argv: readonly string[]): Promise<Answered> {
  const [out, err]: [string[], string[]] = [[], []];
  let exitCode: number = EXIT.done;
  await run(['--json', ...argv], {
    ...cli,
    print: (line) => out.push(line),
    complain: (line) => err.push(line),
    again: async () => false,
    end: (code) => {
      exitCode = code;
    },
  });
  if (err.length > 0) return { error: { message: messageOf(err), exitCode } };
  const data: Json = JSON.parse(out.join('\n'));
  return { data };
}

/** What the command complained of; it may be several lines of which the first is the object. */
function messageOf(lines: readonly string[]): string {
  try {
    const parsed: Json = JSON.parse(lines.join('\n'));
    return textOf(mapOf(mapOf(parsed)['error'])['message']) ?? lines.join('\n');
  } catch {
    return lines.join('\n');
  }
}
