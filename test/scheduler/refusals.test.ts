import { expect, it } from 'vitest';
import { GroupMembers } from '#scheduler/group-members';
import { learnRefusals } from '#scheduler/refusals';
import { requestFacts } from '#scheduler/facts/request-facts';
import { DEFAULT_SETTINGS } from '#scheduler/settings';
import type { JsonMap } from '#ports/json';
import { textOf } from '#wire/reading';
import { hostGuardKey } from '#placement/group-guard';
import { uuidOf } from '../fixtures/provider.ts';
import { instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { host } from './host.ts';

const members = (spec: JsonMap = {}): GroupMembers =>
  new GroupMembers(requestFacts(requestSpec(spec)), DEFAULT_SETTINGS);

const meant = (state: ReturnType<typeof host>, instance = 'instance-1') => ({
  instance,
  host: state,
  fitting: { allocations: { [uuidOf(1)]: { VCPU: 1 } }, mappings: {} },
});

const nobody = { turnTo: () => undefined };

it('a provider that is gone when it is claimed has nothing left, and its host was refused once for all that was meant for it', () => {
  const state = host();
  const refused = { kind: 'refused', providers: new Map([[uuidOf(1), undefined]]), guards: new Map() } as const;

  learnRefusals([meant(state), meant(state, 'instance-2')], refused, members(), nobody);

  expect([state.free, state.refusals]).toEqual([{}, 1]);
});

it('a refused provider of another host says nothing of this one', () => {
  const state = host();
  const refused = { kind: 'refused', providers: new Map([[uuidOf(2), undefined]]), guards: new Map() } as const;

  learnRefusals([meant(state)], refused, members(), nobody);

  expect(state).toMatchObject({ free: { VCPU: 16 }, refusals: 0 });
});

it('a guard that is gone takes no member off a host that was found to have one, and the host was refused', () => {
  const group = instanceGroup('anti-affinity');
  const uuid = textOf(group['nova_object.data']['uuid']) ?? '';
  const state = host({ groupMembers: 1 });
  const guards = new Map([[hostGuardKey(uuid, state.provider.host), undefined]]);

  learnRefusals(
    [meant(state)],
    { kind: 'refused', providers: new Map(), guards },
    members({ instance_group: group }),
    nobody,
  );

  expect(state).toMatchObject({ groupMembers: 1, refusals: 1 });
});
