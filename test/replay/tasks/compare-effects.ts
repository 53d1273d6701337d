import type { Json } from '#ports/json';
import type { Held } from './scripted-placement.ts';
import { differencesOf, type Difference } from '../compare.ts';
import { fieldsOf } from '#wire/reading';
import { deallocationsAsRecorded, heldAsRecorded } from './documented-effects.ts';
import type { RecordedTask, ServiceStep } from './recorded-task.ts';
import { asInRun } from './as-in-run.ts';
import { heldAfter } from './scripted-placement.ts';
import type { Run } from './task-world.ts';

/** Compares what consumers hold at placement, and whose networks were given back. */
export function compareEffects(recorded: RecordedTask, run: Run): Difference[] {
  const [theirs, ours] = heldAsRecorded(recorded, heldAfter(recorded.steps), run.ports.placement.held);
  const [recordedCalls, own] = deallocationsAsRecorded(
    recorded,
    recorded.steps
      .filter((step): step is ServiceStep => step.kind === 'service' && step.method === 'deallocate_for_instance')
      .map(instanceOf),
    run.ports.deallocated.map(({ instance }) => instance),
  );
  return [
    ...differencesOf(asMap(theirs), asInRun(asMap(ours), run), undefined, 'placement'),
    ...differencesOf(recordedCalls, own, undefined, 'networks given back'),
  ];
}

const asMap = (held: Held): Json =>
  Object.fromEntries(
    [...held]
      .filter(([, allocations]) => Object.keys(allocations).length > 0)
      .map(([consumer, allocations]) => [
        consumer,
        Object.fromEntries(Object.entries(allocations).map(([provider, amounts]) => [provider, { ...amounts }])),
      ]),
  );

function instanceOf({ args }: ServiceStep): Json {
  return fieldsOf(args.find((arg) => fieldsOf(arg)['uuid'] !== undefined))['uuid'] ?? null;
}
