import original from './nova-conductor.json' with { type: 'json' };

/** What the original took for a piece of work, and what ours may take. */
export interface CallFigures {
  readonly cpuMs: number;
  readonly sql: number;
  readonly aimCpuMs: number;
  readonly aimRequests: number;
}

const calls = new Map<string, CallFigures>(Object.entries(original.calls));

/** The figures of an object call. */
export function callFigures(name: string): CallFigures {
  const figures = calls.get(name);
  if (figures === undefined) throw new Error(`nova-conductor.json has no figures for ${name}`);
  return figures;
}

/** One line that says where the figures of the original come from. */
export const origin = `${original.original}, ${original.date}: ${original.conditions}`;
