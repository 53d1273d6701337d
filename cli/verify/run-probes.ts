import { ASSUMPTIONS, type AssumptionId } from './assumptions.ts';
import { everyProbe } from './every-probe.ts';
import { Interrupted, Probing, type ProbingOptions } from './probing.ts';

/** What became of an assumption. */
export interface Verdict {
  readonly id: AssumptionId;
  readonly assumes: string;
  /** `failed`: the probe itself came to no end, for the reason that is observed. */
  readonly outcome: 'holds' | 'differs' | 'failed' | 'untried';
  readonly observed: unknown;
  readonly milliseconds: number;
}

/** What was tried, and what could not be taken away again. */
export interface Report {
  readonly prefix: string;
  readonly verdicts: readonly Verdict[];
  readonly interrupted: boolean;
  /** What was made and not deleted, with the reason; `conductor verify --clean` tries again. */
  readonly left: readonly string[];
}

/** Tries the assumptions one after the other, and takes away what that made, interrupted or not. */
export async function runProbes(
  options: ProbingOptions,
  only: readonly string[],
  report: (verdict: Verdict) => void,
): Promise<Report> {
  const on = new Probing(options);
  const probes = new Map<string, () => Promise<{ readonly holds: boolean; readonly observed: unknown }>>(
    Object.entries(everyProbe(on)),
  );
  const verdicts: Verdict[] = [];
  let interrupted = false;
  try {
    for (const assumption of ASSUMPTIONS) {
      const { assumes, id } = assumption;
      if (only.length > 0 && !only.includes(id)) continue;
      const probe = probes.get(id);
      const began = options.clock.now();
      const untried = 'untried' in assumption ? assumption.untried : 'it has no probe';
      const seen = probe === undefined ? { outcome: 'untried' as const, observed: untried } : await tried(probe);
      const verdict = { id, assumes, ...seen, milliseconds: options.clock.now() - began };
      verdicts.push(verdict);
      report(verdict);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = true;
  }
  return { prefix: options.prefix, verdicts, interrupted, left: await on.removeAll() };
}

/** @throws Interrupted */
async function tried(
  probe: () => Promise<{ readonly holds: boolean; readonly observed: unknown }>,
): Promise<Pick<Verdict, 'outcome' | 'observed'>> {
  try {
    const { holds, observed } = await probe();
    return { outcome: holds ? 'holds' : 'differs', observed };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return { outcome: 'failed', observed: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
