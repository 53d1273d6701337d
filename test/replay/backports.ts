import { NovaError } from '#errors';
import { fromPrimitive } from '#objects/versioned/from-primitive';
import { isMap, type Manifest } from '#objects/versioned/primitive';
import { registry } from '#objects/registry';
import { jsonLines } from './json-lines.ts';
import { comparable } from './same-primitive.ts';

/** One recorded lowering: what was asked, and what the library answered. */
export interface BackportCase {
  readonly object: string;
  readonly case: string;
  readonly input: unknown;
  readonly target: string;
  readonly manifest: Manifest | null;
  readonly expected: unknown;
}

/** Reads the cases of objects-backports.jsonl.gz, with its references (`same-as-…`) resolved. */
export function* backportCases(path: string): Generator<BackportCase> {
  for (const line of jsonLines(path)) {
    if (!isMap(line) || !Array.isArray(line['cases'])) continue;
    const cases: unknown[] = line['cases'];
    for (const item of cases) {
      if (!isMap(item)) continue;
      yield {
        object: String(line['object']),
        case: String(item['case']),
        input: line['input'],
        target: String(item['target']),
        manifest: readManifest(item['manifest']),
        expected: expectedOf(item, line['input'], cases),
      };
    }
  }
}

/** What our objects answer: the primitive, or the exception in the corpus' form. */
export function replayBackport(recorded: BackportCase): unknown {
  try {
    const object = fromPrimitive(recorded.input, registry);
    const options = recorded.manifest === null ? {} : { manifest: recorded.manifest };
    return comparable(object.toPrimitive({ targetVersion: recorded.target, ...options }));
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    return { exception: { class: error.name, module: error.module, message: error.message } };
  }
}

function expectedOf(item: Readonly<Record<string, unknown>>, input: unknown, cases: readonly unknown[]): unknown {
  const { result } = item;
  if (result === undefined) return { exception: item['exception'] };
  if (result === 'same-as-input') return comparable(input);
  if (typeof result === 'string') {
    const other = cases[Number(result.replace('same-as-case-', ''))];
    return isMap(other) ? expectedOf(other, input, cases) : other;
  }
  return comparable(result);
}

function readManifest(value: unknown): Manifest | null {
  if (!isMap(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([name, version]) => [name, String(version)]));
}
