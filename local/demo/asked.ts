import { parseArgs } from 'node:util';
import type { Story } from './scenario.ts';

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'help' }
  | { readonly kind: 'play'; readonly stories: readonly Story[] }
  /** One line: the wrong value, and what there is instead. */
  | { readonly kind: 'wrong'; readonly message: string };

const ALL = 'all';

/** Characters of the longest name. */
const WIDEST = 17;

/**
 * Reads the arguments of the demo: the first story by default.
 *
 * @param alone - stories that are played only where they are named
 */
export function readAsked(args: readonly string[], stories: readonly Story[], alone: readonly Story[] = []): Asked {
  const given = parseArgs({
    args: [...args],
    options: { scenario: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const stray = given.tokens.find(
    (token) => token.kind === 'positional' || (token.kind === 'option' && !['scenario', 'help'].includes(token.name)),
  );
  if (stray !== undefined) {
    const wrong = stray.kind === 'positional' ? stray.value : stray.kind === 'option' ? stray.rawName : '--';
    return { kind: 'wrong', message: `"${wrong}" is no option of the demo; there are --scenario NAME and --help.` };
  }
  if (given.values.help === true) return { kind: 'help' };
  const names = [given.values.scenario ?? []].flat().map((name) => (typeof name === 'string' ? name : ''));
  const all = [...stories, ...alone];
  const known = [...all.map(({ name }) => name), ALL];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    return { kind: 'wrong', message: `There is no scenario "${unknown}"; there are: ${known.join(', ')}.` };
  if (names.length === 0) return { kind: 'play', stories: stories.slice(0, 1) };
  const isAsked = (story: Story): boolean =>
    names.includes(story.name) || (names.includes(ALL) && !alone.includes(story));
  return { kind: 'play', stories: all.filter(isAsked) };
}

/** What `--help` prints. */
export const helpText = (
  stories: readonly Story[],
  alone: readonly Story[] = [],
): string => `npm run demo [-- --scenario NAME ...]

Boots two cells with six fake hosts on this machine (DynamoDB and SQS emulators,
the real functions and state machines) and shows what becomes of a few requests.
Exits 0 only if every outcome is the intended one.

  --scenario NAME   what is played; may be given more than once (default ${stories[0]?.name ?? ALL})
  --help            this text

Scenarios:
${stories.map(shown).join('\n')}
  ${ALL.padEnd(WIDEST)} One after the other, each in a world of its own

By its name alone, with Python 3.11; what it needs is installed once:
${alone.map(shown).join('\n')}`;

const shown = ({ name, title }: Story): string => `  ${name.padEnd(WIDEST)} ${title}`;
