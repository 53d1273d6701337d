import { randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { commandLine } from '#cli/output/command-line';
import { KINDS, type Kind } from './every-world.ts';

/** Where worlds that ended badly are kept, one JSON text a line: kind, seed, path and what was left over. */
const KEPT = '.cache/worlds.jsonl';

/** Worlds that are played between two looks at the time. */
const BATCH = 25;

const USAGE = `npm run worlds -- [--seconds N] [--worlds N] [--kind builds|moves|crossings|placement|rough|outages] [--seed N] [--no-ask-once] [--no-shrink]

Plays random worlds, of builds and moves in turn unless a kind is named, for so many seconds or until so many of each kind are
played, whichever comes first.
The seed is a new one unless it is named; it is printed, and kept in ${KEPT} when a world ends badly.
In worlds of moves a user who deletes a server asks until that is taken, and a deletion that is lost is a failure; with
--no-ask-once, and in worlds of builds, users ask until the server is gone.
A world that ends badly is shrunk to the smallest that does, which may take minutes; with --no-shrink it is kept as it is.
Exit code 1 when a world ended badly.
`;

function isKind(name: string): name is Kind {
  return name in KINDS;
}

/** Worlds that are played one after the other. */
interface Batch {
  readonly seed: number;
  readonly numRuns: number;
  /** Whether the first that ends badly is not shrunk. */
  readonly endOnFailure: boolean;
  /** Epoch milliseconds after which none is begun. */
  readonly end: number;
}

/** Plays one batch of a kind until the time is over, and answers how many were played and whether all ended well. */
async function batch(kind: Kind, { seed, numRuns, endOnFailure, end }: Batch, askOnce: boolean) {
  const {
    failed,
    counterexamplePath,
    errorInstance,
    numRuns: played,
  } = await KINDS[kind].play(
    { seed, numRuns, endOnFailure, ...(end < Infinity && { interruptAfterTimeLimit: Math.max(1, end - Date.now()) }) },
    askOnce,
  );
  // One that was interrupted before its first world was over has shown nothing.
  if (!failed || counterexamplePath === null) return { played, ok: true };
  const error = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const again = `WORLD_SEED=${seed} WORLD_PATH=${counterexamplePath}${askOnce ? '' : ' WORLD_ASK_AGAIN=1'}`;
  mkdirSync('.cache', { recursive: true });
  appendFileSync(KEPT, `${JSON.stringify({ kind, seed, path: counterexamplePath, askOnce, error })}\n`);
  process.stdout.write(
    `${kind}, seed ${seed}: ${error}\n  again: ${again} npx vitest run test/worlds/${kind.replace(/s$/u, '')}-worlds.test.ts\n`,
  );
  return { played, ok: false };
}

async function main(): Promise<number> {
  const { values } = commandLine(
    process,
    {
      allowNegative: true,
      options: {
        seconds: { type: 'string' },
        worlds: { type: 'string' },
        kind: { type: 'string' },
        seed: { type: 'string' },
        'ask-once': { type: 'boolean', default: true },
        shrink: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    },
    USAGE,
  );
  const kinds = values.kind === undefined ? (['builds', 'moves'] as const) : [values.kind];
  const [seconds, worlds] = [Number(values.seconds ?? Infinity), Number(values.worlds ?? Infinity)];
  const first = Number(values.seed ?? randomInt(1_000_000_000));
  if (values.help || !kinds.every(isKind) || !(seconds < Infinity || worlds < Infinity) || !Number.isInteger(first)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  process.stdout.write(`seed ${first}\n`);
  const end = Date.now() + seconds * 1000;
  const totals = new Map(kinds.map((kind) => [kind, { played: 0, badly: 0 }]));
  for (let round = 0; round * BATCH < worlds && Date.now() < end; round += 1)
    for (const kind of kinds) {
      const runs = Math.min(BATCH, worlds - round * BATCH);
      const of = { seed: first + round, numRuns: runs, endOnFailure: !values.shrink, end };
      const { played, ok } = await batch(kind, of, KINDS[kind].askOnce && values['ask-once']);
      const before = totals.get(kind) ?? { played: 0, badly: 0 };
      totals.set(kind, { played: before.played + played, badly: before.badly + (ok ? 0 : 1) });
    }
  const lines = [...totals].map(([kind, { played, badly }]) => `${played} ${kind}, ${badly} batches ended badly`);
  process.stdout.write(`seed ${first}: ${lines.join('; ')}\n`);
  const badly = [...totals.values()].some((total) => total.badly > 0);
  if (badly) process.stdout.write(`those that ended badly are kept in ${KEPT}\n`);
  return badly ? 1 : 0;
}

process.exitCode = await main();
