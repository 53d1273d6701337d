import { ValueError } from '#errors';

/** More CPUs than any guest has: a range from a user's property must not fill the memory. */
const LARGEST = 4096;

/** Reads a list of CPUs such as `0-3,^1,8`, in rising order.
 * @throws ValueError when a part is no number or range. */
export function parseCpuSpec(spec: string): number[] {
  const taken = new Set<number>();
  const refused = new Set<number>();
  for (const part of spec.split(',').map((text) => text.trim())) {
    const match = /^(\^)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    if (part === '') continue;
    if (match === null) throw new ValueError(`Invalid CPU specification ${spec}`);
    const [, not, first = '', last = first] = match;
    if (Number(last) > LARGEST || Number(last) < Number(first)) {
      throw new ValueError(`Invalid CPU range ${part}`);
    }
    for (let cpu = Number(first); cpu <= Number(last); cpu += 1) {
      (not === undefined ? taken : refused).add(cpu);
    }
  }
  return [...taken].filter((cpu) => !refused.has(cpu)).toSorted((a, b) => a - b);
}
