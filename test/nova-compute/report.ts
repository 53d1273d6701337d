import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NovaCell } from './nova-cell.ts';
import type { MethodCount } from './traffic.ts';

/** Where the last run of a release is reported. */
export const REPORTS = join(import.meta.dirname, '..', '..', '.cache', 'nova-compute');

/** Writes what a cell of a release asked and was ordered. */
export function writeReport(release: string, { traffic, computes }: NovaCell): void {
  const beats = computes.flatMap((compute) => compute.heartbeats()).toSorted((a, b) => a - b);
  const share = (part: number): string => `${Math.round(beats[Math.floor((beats.length - 1) * part)] ?? 0)} ms`;
  mkdirSync(REPORTS, { recursive: true });
  const text = [
    `nova ${release}: asked by computes`,
    '',
    ...table(traffic.asked),
    '',
    `nova ${release}: ordered by the conductor and the API`,
    '',
    ...table(traffic.ordered),
    '',
    `Round trip of a heartbeat: median ${share(0.5)}, 99 of 100 within ${share(0.99)} (${beats.length} heartbeats).`,
    '',
  ];
  writeFileSync(join(REPORTS, `${release}.txt`), text.join('\n'));
}

function table(counts: ReadonlyMap<string, MethodCount>): string[] {
  const rows = [...counts.values()].toSorted((a, b) => a.method.localeCompare(b.method));
  return [
    '| method | calls | errors |',
    '| --- | ---: | --- |',
    ...rows.map(({ method, calls, errors }) => {
      const failed = [...errors].map(([name, times]) => `${name} ${times}`).join(', ');
      return `| ${method} | ${calls} | ${failed} |`;
    }),
  ];
}
