import { FINAL_STATUSES } from '#conductor/settled';
import type { AuditedInstance } from './audit-facts.ts';
import type { AuditedMigration } from './audited-migrations.ts';
import { alive, GRACE_MS, type Finding, type Rule } from './finding.ts';

/** Types of the migrations that a workflow sees to their end. */
const OURS: ReadonlySet<string> = new Set(['evacuation', 'live-migration', 'migration', 'resize']);

/** A resize that waits for its confirmation, or is confirmed or reverted: computes do that without us. */
const LEFT_TO_COMPUTES: ReadonlySet<string> = new Set(['finished', 'confirming', 'reverting']);

/** Whether a migration goes on; `error` is among those that are over. */
export const goesOn = ({ status, deleted }: Pick<AuditedMigration, 'status' | 'deleted'>): boolean =>
  !deleted && !FINAL_STATUSES.has(status);

/** An execution that has failed goes on with its server once it is redriven: what it made is still needed. */
export const mayGoOn = (status: string): boolean => status !== 'gone' && status !== 'SUCCEEDED';

/** A server that holds something on another host than its own, though nothing moves it. */
export const claimOnAnotherHost: Rule = (facts) => {
  const hostOf = new Map(facts.providers.map(({ provider }) => [provider.uuid, provider.host]));
  const moving = new Set(facts.migrations.filter(goesOn).map(({ instance }) => instance));
  return alive(facts).flatMap((instance): Finding[] => {
    const { uuid, cell, host } = instance;
    if (host === null || moving.has(uuid) || isOwned(instance)) return [];
    const held = Object.keys(facts.claims.get(uuid) ?? {}).map((provider) => hostOf.get(provider) ?? provider);
    const elsewhere = held.filter((each) => each !== host);
    if (elsewhere.length === 0) return [];
    const finding = {
      rule: 'claim-on-another-host',
      subject: uuid,
      text: `server ${uuid} is on ${host} and holds something on ${elsewhere.join(' and ')}`,
    };
    const decide = ownedDecision(instance);
    if (decide !== undefined) return [{ ...finding, advice: decide }];
    if (elsewhere.length === held.length)
      return [{ ...finding, advice: `yours to decide: it holds nothing on ${host}; see where it runs, and move it` }];
    const remedy = { kind: 'release-elsewhere', cell, uuid, host } as const;
    return [{ ...finding, advice: 'conductor heal releases it', remedy }];
  });
};

/** A migration that goes on although no execution sees to it. */
export const migrationOfNobody: Rule = (facts) => {
  const instances = new Map(facts.instances.map((instance) => [`${instance.cell}/${instance.uuid}`, instance]));
  return facts.migrations.filter(goesOn).flatMap((migration): Finding[] => {
    const { uuid, cell, type, status, updatedAt } = migration;
    const instance = instances.get(`${cell}/${migration.instance}`);
    if (!OURS.has(type) || LEFT_TO_COMPUTES.has(status) || (instance !== undefined && isOwned(instance))) return [];
    // What is kept of a server in another cell waits for its user.
    if (instance?.hidden === true) return [];
    if (isYoung(facts.now, updatedAt) || isYoung(facts.now, instance?.updatedAt ?? null)) return [];
    const finding = {
      rule: 'orphaned-migration',
      subject: uuid,
      text: `migration ${uuid} (${type}) of server ${migration.instance} is ${status}, and no execution is at work on it`,
    };
    const decide =
      instance === undefined || instance.deleted ? undefined : (ownedDecision(instance) ?? untouched(instance));
    if (decide !== undefined) return [{ ...finding, advice: decide }];
    const remedy = { kind: 'end-migration', cell, uuid: migration.instance, migration: uuid } as const;
    return [{ ...finding, advice: 'conductor heal ends it in error', remedy }];
  });
};

/**
 * A server that was to be evacuated and is in error on its old host: only a person knows whether its guest runs there.
 */
export const failedEvacuation: Rule = (facts) => {
  const moves = Map.groupBy(facts.migrations, ({ cell, instance }) => `${cell}/${instance}`);
  return alive(facts).flatMap((instance): Finding[] => {
    const { uuid, cell, host, vmState, taskState } = instance;
    if (host === null || vmState !== 'error' || taskState !== null || isOwned(instance)) return [];
    const last = (moves.get(`${cell}/${uuid}`) ?? []).toSorted(byCreation).at(-1);
    if (last?.type !== 'evacuation' || goesOn(last)) return [];
    return [
      {
        rule: 'failed-evacuation',
        subject: uuid,
        text: `server ${uuid} is in error on ${host}, since its evacuation failed`,
        advice:
          ownedDecision(instance) ??
          `yours to decide: conductor host evacuate ${host} once its cause is mended (conductor server show ${uuid} names it), or, where the host is back and the guest runs there, conductor server reset-state ${uuid} --active`,
      },
    ];
  });
};

/**
 * A server that seems at rest while a last step of what was done with it has failed: it may hold what that step would
 * have given back. To stop the execution would put the server in error.
 */
export const unfinishedOperation: Rule = (facts) =>
  alive(facts).flatMap(({ uuid, vmState, taskState, owners, updatedAt }): Finding[] => {
    const failed = owners.find(({ status }) => mayGoOn(status));
    if (failed === undefined || failed.status === 'RUNNING' || taskState !== null || vmState === 'building') return [];
    if (isYoung(facts.now, updatedAt)) return [];
    const name = `${failed.operation}/${failed.owner}`;
    return [
      {
        rule: 'unfinished-operation',
        subject: uuid,
        text: `server ${uuid} is ${vmState}, but ${name} is ${failed.status}: it may hold what the last steps give back`,
        advice: `conductor execution redrive ${name}`,
      },
    ];
  });

const byCreation = (one: AuditedMigration, other: AuditedMigration): number =>
  Date.parse(one.createdAt ?? '') - Date.parse(other.createdAt ?? '');

export const isOwned = ({ owners }: AuditedInstance): boolean => owners.some(({ status }) => status === 'RUNNING');

export const isYoung = (now: number, at: string | null): boolean => at !== null && now - Date.parse(at) < GRACE_MS;

/** What a person decides about a server whose execution has failed. */
export function ownedDecision({ owners }: AuditedInstance): string | undefined {
  const failed = owners.find(({ status }) => mayGoOn(status));
  if (failed === undefined) return undefined;
  const name = `${failed.operation}/${failed.owner}`;
  return `yours to decide: conductor execution redrive ${name}, or conductor execution stop ${name}`;
}

/** While a task runs a host may be at work, or the request may wait in the queue. */
const untouched = ({ taskState }: AuditedInstance): string | undefined =>
  taskState === null
    ? undefined
    : `yours to decide: its server is ${taskState}; conductor intake list, then reset its state with the API and heal again`;
