import type { LogFields } from '#ports/log';

/** What every line of a step contains, as far as its state knows it. */
export function stepFields(event: {
  readonly step: string;
  readonly execution: string;
  readonly state: unknown;
}): LogFields {
  return {
    step: event.step,
    execution: event.execution,
    ...known(event.state, 'request_id', 'request_id'),
    ...known(event.state, 'instance', 'server'),
    ...known(event.state, 'cell', 'cell'),
    ...known(event.state, 'host', 'host'),
    ...known(event.state, 'attempt', 'attempt'),
  };
}

function known(state: unknown, field: string, name: string): LogFields {
  const value: unknown = typeof state === 'object' && state !== null ? Reflect.get(state, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? { [field]: value } : {};
}
