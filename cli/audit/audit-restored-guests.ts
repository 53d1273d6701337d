import { goesOn } from './audit-moves.ts';
import { alive, type Finding, type Rule } from './finding.ts';

/**
 * A host that was given up for a server, and would destroy its guest as soon as it shows it: where the server has been
 * moved to it since the copy, that is the only one.
 */
export const guestToDestroy: Rule = (facts) =>
  alive(facts).flatMap(({ uuid, cell, host: recorded, givenUp }) =>
    givenUp
      .filter(({ host, kept }) => host !== recorded && !kept)
      .map(({ host, at }) => ({
        rule: 'guest-to-destroy',
        subject: uuid,
        text: `${host} was given up for server ${uuid} at ${at}: it is ordered to destroy its guest once it shows it, which may be the only one`,
        advice: 'conductor heal leaves its guest to you',
        remedy: { kind: 'keep-guest', cell, uuid, host },
      })),
  );

/**
 * A server whose move goes on by its record, while placement, which is newer, has it on another host alone: the move has
 * ended since, or was taken back.
 */
export const movedSince: Rule = (facts) => {
  const hostOf = new Map(facts.providers.map(({ provider }) => [provider.uuid, provider.host]));
  const heldBy = (consumer: string): string[] =>
    Object.keys(facts.claims.get(consumer) ?? {}).map((provider) => hostOf.get(provider) ?? provider);
  const moves = Map.groupBy(facts.migrations.filter(goesOn), ({ instance }) => instance);
  return alive(facts).flatMap(({ uuid, host }): Finding[] => {
    const moving = moves.get(uuid) ?? [];
    const held = heldBy(uuid);
    if (host === null || moving.length === 0 || held.length === 0) return [];
    if ([...held, ...moving.flatMap((move) => heldBy(move.uuid))].includes(host)) return [];
    return [
      {
        rule: 'claim-on-another-host',
        subject: uuid,
        text: `server ${uuid} is on ${host} in the middle of a move, and holds something on ${held.join(' and ')} alone`,
        advice: 'yours to decide: the move has ended since the copy; see where it runs, before anybody goes on with it',
      },
    ];
  });
};

/** A server that its host does away with by itself after a while, though its user may have restored it since the copy. */
export const softDeleted: Rule = (facts) =>
  alive(facts)
    .filter(({ vmState, host }) => vmState === 'soft-delete' && host !== null)
    .map(({ uuid, host }) => ({
      rule: 'soft-deleted-server',
      subject: uuid,
      text: `server ${uuid} is soft-deleted on ${host}, which destroys it once reclaim_instance_interval is over; its user may have restored it since the copy`,
      advice: `yours to decide: set reclaim_instance_interval of ${host} to 0 until its user has been asked`,
    }));
