import { lastResize, type ResizeAnswer } from '#cli/servers/end-resize';
import type { AuditedInstance, AuditFacts } from './audit-facts.ts';
import type { AuditedMigration } from './audited-migrations.ts';
import { isOwned, isYoung, ownedDecision } from './audit-moves.ts';
import { alive, type Finding, type Rule } from './finding.ts';

/**
 * A resize across cells that was confirmed or reverted and has not come to its end, or whose other copy is kept though
 * nobody can answer any more. One that waits for its user is none.
 */
export const unfinishedResize: Rule = (facts) => {
  const shown = new Map(alive(facts).map((instance) => [`${instance.cell}/${instance.uuid}`, instance]));
  return lastAcrossCells(facts).flatMap((migration): Finding[] => {
    const { uuid, cell, status, updatedAt } = migration;
    const instance = shown.get(`${cell}/${migration.instance}`);
    if (status === 'finished' || instance === undefined) return [];
    if (isYoung(facts.now, updatedAt) || isYoung(facts.now, instance.updatedAt)) return [];
    const copy = facts.instances.find((each) => each.hidden && !each.deleted && each.uuid === instance.uuid);
    if (isOwned(instance)) return copy === undefined ? [] : guestToTakeAway(migration, copy);
    const answer = answerOf(migration, instance);
    if (answer === undefined && copy === undefined) return [];
    const kept = copy === undefined ? '' : `, and ${copy.cell} keeps a hidden copy of it (host ${copy.host ?? 'none'})`;
    const finding = {
      rule: 'unfinished-resize',
      subject: instance.uuid,
      text: `server ${instance.uuid} was resized across cells: its migration ${uuid} is ${status}${kept}`,
    };
    const decide = ownedDecision(instance) ?? (answer === undefined ? ANSWER : undefined);
    if (decide !== undefined || answer === undefined) return [{ ...finding, advice: decide ?? ANSWER }];
    const remedy = { kind: 'end-resize', cell, uuid: instance.uuid, migration: uuid, answer } as const;
    return [{ ...finding, advice: `conductor heal asks again for it to be ${answer}ed`, remedy }];
  });
};

/** A copy whose destination is still to take its guest away: the server is back where it was, and its user knows. */
function guestToTakeAway({ destination }: AuditedMigration, copy: AuditedInstance): Finding[] {
  const { uuid, cell, vmState, owners } = copy;
  const waits = owners.some(({ operation, status }) => operation === 'cross-cell-resize' && status === 'RUNNING');
  if (!waits || vmState !== 'error') return [];
  const host = destination ?? 'its destination';
  return [
    {
      rule: 'unfinished-resize',
      subject: uuid,
      text: `server ${uuid} could not be resized across cells: ${cell} keeps a hidden copy of it until ${host} has taken its guest away`,
      advice: `start ${host}, or see why it does not answer: it is ordered once an hour; conductor host down ${host} where it never comes back`,
    },
  ];
}

/** The last resize across cells of each server, in each cell: those before it were undone. */
const lastAcrossCells = ({ migrations }: AuditFacts): AuditedMigration[] => {
  const across = migrations.filter(({ acrossCells, deleted }) => acrossCells && !deleted);
  return [...Map.groupBy(across, ({ cell, instance }) => `${cell}/${instance}`).values()].flatMap(
    (ofInstance) => lastResize(ofInstance) ?? [],
  );
};

const ANSWER =
  'yours to decide: conductor server end-resize, with --confirm to give up the copy or --revert to go back';

/**
 * What was asked for last, if it may be asked again: the server has been left in error since, so that nobody has made
 * use of it. What another operation has begun is no answer.
 */
function answerOf({ status }: AuditedMigration, { vmState, lastExecution }: AuditedInstance): ResizeAnswer | undefined {
  if (status === 'confirming') return 'confirm';
  if (status === 'reverting') return 'revert';
  if (status !== 'error' || vmState !== 'error') return undefined;
  const [workflow = ''] = (lastExecution ?? '').split('/');
  if (workflow === 'confirm-across-cells') return 'confirm';
  return workflow === 'revert-across-cells' ? 'revert' : undefined;
}

/**
 * What a cell has kept of a server that is deleted. The reconciler has its host delete it:
 * one that is still there has not.
 */
export const orphanedCopy: Rule = (facts) => {
  const shown = new Set(alive(facts).map(({ uuid }) => uuid));
  return facts.instances.flatMap((copy): Finding[] => {
    const { uuid, cell, host, deleted, hidden, updatedAt } = copy;
    if (!hidden || deleted || shown.has(uuid) || isOwned(copy) || isYoung(facts.now, updatedAt)) return [];
    const finding = {
      rule: 'orphaned-copy',
      subject: uuid,
      text: `${cell} keeps a hidden copy of server ${uuid}, which is deleted (host ${host ?? 'none'})`,
    };
    const decide = ownedDecision(copy);
    if (decide !== undefined) return [{ ...finding, advice: decide }];
    const remedy = { kind: 'release-copy', cell, uuid } as const;
    return [{ ...finding, advice: 'conductor heal orders its host again to delete it', remedy }];
  });
};
