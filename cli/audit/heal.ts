import type { Command } from 'commander';
import { isoSeconds } from '#conductor/time';
import { claimed, freeAttribute, providerKey } from '#placement/provider-item';
import { all, equals } from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, PLACEMENT } from '#records/keys';
import { mapToCell } from '#servers/map-to-cell';
import { answering, type Answer, type Cli } from '#cli/output/answering';
import { addAfterRestore, auditOptions, findingsOf } from './audit.ts';
import { cellNamed, cellRows } from '#cli/inventory/cells';
import { columns } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { forPrograms, type AuditOptions, type Finding, type Remedy } from './finding.ts';
import { completeEvacuation } from './heal-evacuations.ts';
import { forgetGivenUp, keepGuest } from './heal-guests.ts';
import { healClaim, healMigration } from './heal-moves.ts';
import { healCopy, healResize } from './heal-resizes.ts';
import { addHostToPrincipal } from '#cli/inventory/principals';
import { writeUsage } from '#cli/inventory/quota-usage';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { instanceItem } from '#records/items/instance';

/** `heal`: does what can be done safely about an audit's findings; the rest is left to people. */
export function addHeal(program: Command, cli: Cli): void {
  const command = program
    .command('heal')
    .description('Mend what audit finds and can be mended without a decision')
    .option('--dry-run', 'only show what would be done');
  addAfterRestore(command);
  answering(command, cli, async ({ target, flag }) => heal(target, flag('dryRun'), await auditOptions(target, flag)));
}

async function heal(target: DeploymentTarget, dryRun: boolean, options: AuditOptions): Promise<Answer> {
  const rows: (Finding & Outcome)[] = [];
  for (const finding of await findingsOf(target, options))
    rows.push({ ...finding, ...(await outcomeOf(target, finding, dryRun)) });
  const left = rows.filter(({ toDo }) => toDo);
  return {
    data: rows.map(({ toDo: _toDo, ...row }) => forPrograms(row)),
    exitCode: left.length > 0 || (dryRun && rows.length > 0) ? EXIT.findings : EXIT.done,
    lines: [
      columns(
        ['rule', 'what', 'outcome'],
        rows.map(({ rule, text, outcome }) => [rule, text, outcome]),
        'everything fits together',
      ),
    ],
  };
}

/** What came of a finding, and whether something is left to a person. */
interface Outcome {
  readonly outcome: string;
  readonly toDo: boolean;
}

async function outcomeOf(target: DeploymentTarget, { remedy, advice }: Finding, dryRun: boolean): Promise<Outcome> {
  if (remedy === undefined) return { outcome: `left to you: ${advice}`, toDo: true };
  if (dryRun) return { outcome: `would be mended (${remedy.kind})`, toDo: false };
  try {
    const mended = await mend(target, remedy);
    return { outcome: mended ? `mended (${remedy.kind})` : 'has changed meanwhile: left alone', toDo: false };
  } catch (error) {
    // One that is refused keeps nobody from the others.
    if (!(error instanceof CommandFailure)) throw error;
    return { outcome: `left to you: ${error.message}`, toDo: true };
  }
}

/** Answers false when what was found is not so any more. */
async function mend(target: DeploymentTarget, remedy: Remedy): Promise<boolean> {
  switch (remedy.kind) {
    case 'release-claim':
      return (await isNobody(target, remedy.consumer)) && target.placement.release(remedy.consumer);
    case 'release-elsewhere':
      return healClaim(target, remedy);
    case 'end-migration':
      return healMigration(target, remedy);
    case 'release-copy':
      return healCopy(target, remedy);
    case 'end-resize':
      return healResize(target, remedy);
    case 'map-server': {
      const cell = await cellNamed(target, remedy.cell);
      const item = await target.tables.get(cellTable(cell.name), instanceKey(remedy.uuid));
      if (item === undefined || instanceItem(item).deleted) return false;
      await target.tables.transact([mapToCell(remedy.uuid, cell, remedy.project, isoSeconds(target.clock.now()))]);
      return true;
    }
    case 'recount-quota':
      return writeUsage(target, remedy, remedy.before, remedy.after);
    case 'let-speak':
      return addHostToPrincipal(target, remedy.principal, remedy.host);
    case 'correct-free':
      return correctFree(target, remedy);
    case 'complete-evacuation':
      return completeEvacuation(target, remedy);
    case 'forget-given-up':
      return forgetGivenUp(target, remedy);
    case 'keep-guest':
      return keepGuest(target, remedy);
  }
}

/** Read again by id, in every cell: releasing the claim of a server that is there would overbook its host. */
async function isNobody(target: DeploymentTarget, uuid: string): Promise<boolean> {
  if ((await target.tables.get(BUILD_REQUESTS, buildRequestKey(uuid))) !== undefined) return false;
  for (const cell of await cellRows(target)) {
    const item = await target.tables.get(cellTable(cell.name), instanceKey(uuid));
    if (item !== undefined && !instanceItem(item).deleted) return false;
  }
  return true;
}

async function correctFree(
  target: DeploymentTarget,
  remedy: Extract<Remedy, { kind: 'correct-free' }>,
): Promise<boolean> {
  const { provider, free, change } = remedy;
  const back = Object.fromEntries(Object.entries(change).map(([name, amount]) => [name, -amount]));
  const unchanged = all(...Object.keys(change).map((name) => equals(freeAttribute(name), free[name] ?? null)));
  try {
    await target.tables.update(PLACEMENT, providerKey(provider), { add: claimed(back) }, unchanged);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
