import type { Command } from 'commander';
import { auditFacts, type AuditFacts } from '#cli/audit/audit-facts';
import { openIntakes } from '#cli/audit/audit-restore';
import { alive, forPrograms } from '#cli/audit/finding';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { answering, fileText, type Answer, type Cli } from '#cli/output/answering';
import { columns } from '#cli/output/columns';
import { intakesOf } from '#cli/queues/intake';
import { sameAllocations } from '#placement/allocations';
import { claimFindings } from './claims-audit.ts';
import { readClaims, type Claim, type ClaimsFile } from './claims-file.ts';

/** How it is asked for. */
interface How {
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** What is held already otherwise than in the file is given up for it. */
  readonly replace: boolean;
}

/** What becomes of one consumer. */
interface Step {
  readonly consumer: string;
  readonly kind: 'is there' | 'is claimed' | 'is gone' | 'differs' | 'is not in the file';
  readonly claim: Claim | undefined;
}

/** `placement import FILE`: makes exported claims in the placement that keeps them now. */
export function addPlacementImport(parent: Command, cli: Cli): void {
  const command = parent
    .command('import')
    .description('Make exported claims in the placement that the deployment asks now; an audit follows')
    .argument('<file>', 'what conductor placement export printed')
    .option('--dry-run', 'only print what would be done')
    .option('--replace', 'give up what is held there already, where it is not what the file says');
  answering(command, cli, async ({ target, args: [file = ''], flag }) => {
    const how = { dryRun: flag('dryRun'), replace: flag('replace') };
    return imported(target, readClaims(await fileText(cli, file, '<file>'), file), how);
  });
}

/**
 * Looks at all of it before anything is written, and writes nothing where something stands against it.
 *
 * @throws CommandFailure while an intake is open, and for a provider that is not there
 */
async function imported(target: DeploymentTarget, file: ClaimsFile, how: How): Promise<Answer> {
  if (!how.dryRun) await mustBeQuiet(target);
  await mustKnowProviders(target, file);
  const steps = stepsOf(file, await auditFacts(target));
  const inTheWay = steps.filter(({ kind }) => kind === 'differs' || kind === 'is not in the file');
  const writes = !how.dryRun && (inTheWay.length === 0 || how.replace);
  const outcomes = writes ? await written(target, steps) : steps.map((step) => outcomeOf(step, how));
  const findings = writes ? claimFindings(await auditFacts(target)) : [];
  const failed = outcomes.some(({ outcome }) => outcome.startsWith('refused'));
  const rows = outcomes.filter(({ outcome }) => outcome !== 'is there');
  const there = outcomes.length - rows.length;
  return {
    data: { written: writes, consumers: outcomes, findings: findings.map(forPrograms) },
    exitCode: failed || findings.length > 0 || (inTheWay.length > 0 && !how.replace) ? EXIT.findings : EXIT.done,
    lines: [
      columns(
        ['consumer', 'server', 'outcome'],
        rows.map(({ consumer, server, outcome }) => [consumer, server, outcome]),
        'every claim of the file is there',
      ),
      `${rows.length} to do or done, ${there} there before${writes ? '' : '; nothing is written'}`,
      ...findings.map(({ rule, text, advice }) => `${rule}: ${text} (${advice})`),
    ],
  };
}

async function mustBeQuiet(target: DeploymentTarget): Promise<void> {
  const open = openIntakes(await intakesOf(target));
  if (open.length > 0)
    throw new CommandFailure(
      `${open.join(', ')} is taken from: conductor intake pause QUEUE first, until this is done`,
    );
}

async function mustKnowProviders(target: DeploymentTarget, { providers }: ClaimsFile): Promise<void> {
  for (const [uuid, name] of Object.entries(providers))
    if ((await target.placement.providerName(uuid)) === undefined)
      throw new CommandFailure(
        `resource provider ${uuid} (${name}) is not there: start its compute against this placement first`,
      );
}

/** A server that was deleted since, or a move that has ended, holds nothing any more. */
function stepsOf({ claims }: ClaimsFile, facts: AuditFacts): Step[] {
  const wanted = new Set(claims.map(({ consumer }) => consumer));
  const living = new Set([...alive(facts), ...facts.migrations].map(({ uuid }) => uuid));
  const others = [...facts.claims.keys()].filter((consumer) => !wanted.has(consumer));
  return [
    ...others.map((consumer): Step => ({ consumer, kind: 'is not in the file', claim: undefined })),
    ...claims.map((claim): Step => ({ consumer: claim.consumer, kind: kindOf(claim, facts, living), claim })),
  ];
}

function kindOf(claim: Claim, { claims }: AuditFacts, living: ReadonlySet<string>): Step['kind'] {
  const held = claims.get(claim.consumer);
  if (held !== undefined) return sameAllocations(held, claim.allocations) ? 'is there' : 'differs';
  return living.has(claim.consumer) ? 'is claimed' : 'is gone';
}

const OUTCOMES = {
  'is there': 'is there',
  'is claimed': 'would be claimed',
  'is gone': 'is gone: left out',
  differs: 'would be replaced',
  'is not in the file': 'would be given up',
} as const;

function outcomeOf({ consumer, kind, claim }: Step, { replace }: How) {
  const stands = kind === 'differs' || kind === 'is not in the file';
  return {
    consumer,
    server: claim?.server ?? '',
    outcome: stands && !replace ? `${kind}: --replace gives it up` : OUTCOMES[kind],
  };
}

/** What is given up makes room for what is claimed. */
async function written(target: DeploymentTarget, steps: readonly Step[]) {
  const outcomes: { readonly consumer: string; readonly server: string; readonly outcome: string }[] = [];
  for (const { consumer, kind } of steps)
    if (kind === 'differs' || kind === 'is not in the file') await target.placement.release(consumer);
  for (const { consumer, kind, claim } of steps) {
    const server = claim?.server ?? '';
    if (kind === 'is there' || kind === 'is gone' || claim === undefined) {
      outcomes.push({ consumer, server, outcome: claim === undefined ? 'given up' : OUTCOMES[kind] });
      continue;
    }
    const done = await target.placement.claim(consumer, requestOf(claim), claim.owner);
    outcomes.push({ consumer, server, outcome: done ? 'claimed' : 'refused: no room there' });
  }
  return outcomes;
}

const requestOf = ({ allocations }: Claim): string =>
  JSON.stringify({
    allocations: Object.fromEntries(
      Object.entries(allocations).map(([provider, resources]) => [provider, { resources }]),
    ),
  });
