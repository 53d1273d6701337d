import { describe, expect, it } from 'vitest';
import { METHODS, outcomeOf, OWNERS, type Listed } from './authority-world.ts';

/** What a host gets that calls a method about another host's things, by the rule of the method. */
function ofOthers({ authority }: Listed): readonly string[] {
  if (authority.rule === 'facts') return ['passes', 'nothing'];
  return authority.rule === 'theirs' ? ['refused', 'nothing', 'passes'] : ['refused'];
}

/** What it gets about its own. */
const ofItsOwn = ({ authority }: Listed): readonly string[] =>
  authority.rule === 'api' ? ['refused'] : ['passes', 'nothing'];

const rows = METHODS.map((listed) => [listed.name, listed.authority.rule, listed] as const);

describe('a host', () => {
  it.each(rows)('that calls %s about its own is held to the rule %s', async (_name, _rule, listed) => {
    const outcome = await outcomeOf(listed, ['host1'], OWNERS.host1);

    expect(ofItsOwn(listed)).toContain(outcome);
  });

  it.each(rows)('that calls %s about what is another host is held to the rule %s', async (_name, _rule, listed) => {
    const outcome = await outcomeOf(listed, ['host1'], OWNERS.host2);

    expect(ofOthers(listed)).toContain(outcome);
  });
});

describe('a publisher', () => {
  it.each(rows)('that calls %s is no host, and no rule stops it', async (_name, _rule, listed) => {
    const outcome = await outcomeOf(listed, undefined, OWNERS.host2);

    expect(outcome).not.toBe('refused');
  });
});

describe('the registry', () => {
  it('has a rule for every method, and no host writes what is the API level alone', () => {
    const unruled = METHODS.filter(({ authority }) => authority.rule === undefined);
    const open = METHODS.filter(({ kind, authority }) => kind === 'instance' && authority.rule === 'facts').map(
      ({ name }) => name,
    );

    expect(METHODS.length).toBeGreaterThan(150);
    expect(unruled).toEqual([]);
    expect(open).toEqual(['InstanceGroup.refresh', 'InstanceGroup.get_hosts']);
  });
});
