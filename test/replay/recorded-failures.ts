import { isMap } from '#objects/versioned/primitive';
import { jsonLines } from './json-lines.ts';

/** A failure as a reply carried it, without its traceback. */
export interface RecordedFailure {
  readonly name: string;
  readonly module: string;
  readonly message: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** The failures of the replies in a file of recorded traffic. */
export function* recordedFailures(path: string): Generator<RecordedFailure> {
  for (const record of jsonLines(path)) {
    if (!isMap(record) || record['kind'] !== 'reply' || !isMap(record['failure'])) continue;
    const { class: name, module, message, kwargs } = record['failure'];
    yield {
      name: String(name),
      module: String(module),
      message: String(message),
      kwargs: isMap(kwargs) ? kwargs : {},
    };
  }
}
