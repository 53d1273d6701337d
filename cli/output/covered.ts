import type { Json } from '#ports/json';
import { masked } from '#wire/masked-text';
import { isMap } from '#wire/wire';

/** Names whose values are secrets, wherever they stand. */
const SECRET =
  /pass|secret|injected_files|token|user_data|key|connection_info|cert|credential|auth|access_url|internal_access_path/iu;

/** A value with every secret in it covered, in texts that are JSON or speak of one too. */
export function covered(value: Json): Json {
  if (typeof value === 'string') return coveredText(value);
  if (Array.isArray(value)) return value.map(covered);
  if (!isMap(value)) return value;
  // A console is opened by its token, which is an argument without a name.
  const isConsole = value['objname'] === 'ConsoleAuthToken';
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const secret = SECRET.test(name) || (isConsole && name.endsWith('args'));
      return [name, secret && each !== null ? '(covered)' : covered(each)];
    }),
  );
}

function coveredText(text: string): string {
  if (/^\s*[[{]/u.test(text)) {
    try {
      const parsed: Json = JSON.parse(text);
      return JSON.stringify(covered(parsed));
    } catch {
      // No JSON: a text like others.
    }
  }
  return masked(text);
}
