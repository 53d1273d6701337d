import { NovaError } from '#errors';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { registry } from '#objects/registry';
import type { Json, JsonMap } from '#ports/json';
import { differencesOf, type Difference } from './compare.ts';
import { isMap, mapOf } from './recorded-file.ts';
import { asWordedToday } from './normalise.ts';
import { comparable } from './same-primitive.ts';
import { plainText } from '#wire/reading';

/** One lowering of a recorded object. */
export interface BackportCase {
  readonly object: string;
  readonly label: string;
  readonly input: Json;
  readonly target: string;
  readonly manifest: Readonly<Record<string, string>> | undefined;
  readonly recorded: Json;
}

const AT_ALL_TIMES = { from: 0, to: 0 };

/** The cases of a line of objects-backports: an object, and what it is for each target. */
export function backportsOf(line: JsonMap): BackportCase[] {
  const cases = Array.isArray(line['cases']) ? line['cases'].map(mapOf) : [];
  const input = line['input'] ?? null;
  const results: Json[] = [];
  return cases.map((each, at) => {
    const result = resolved(each, input, results);
    results.push(result);
    const manifest = each['manifest'];
    return {
      object: plainText(line['object']),
      label: `${plainText(line['object'])} ${plainText(line['input_no'])} ${plainText(each['case'])} ${at}`,
      input,
      target: plainText(each['target']),
      manifest: isMap(manifest)
        ? Object.fromEntries(Object.entries(manifest).map(([name, version]) => [name, plainText(version)]))
        : undefined,
      recorded: result,
    };
  });
}

function resolved(each: JsonMap, input: Json, before: readonly Json[]): Json {
  const { result, exception } = each;
  if (exception !== undefined) return { exception };
  if (result === 'same-as-input') return input;
  const earlier = typeof result === 'string' ? /^same-as-case-(\d+)$/.exec(result)?.[1] : undefined;
  return earlier === undefined ? (result ?? null) : (before[Number(earlier)] ?? null);
}

/** Lowers the object and compares. */
export function replayBackport(backport: BackportCase): Difference[] {
  const [recorded, ours] = [asWordedToday(backport.recorded), lowered(backport)];
  return differencesOf(comparable(recorded), comparable(ours), AT_ALL_TIMES, 'result');
}

function lowered({ input, target, manifest }: BackportCase): Json {
  try {
    const object = fromPrimitive(input, registry);
    return object.toPrimitive({ targetVersion: target, ...(manifest === undefined ? {} : { manifest }) });
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    return { exception: { class: error.name, module: error.module, message: error.message } };
  }
}
