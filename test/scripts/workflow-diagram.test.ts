import { describe, expect, it } from 'vitest';
import { drawWorkflow } from '../../scripts/workflow-diagram.ts';

const DEFINITION = {
  Comment: 'Builds.',
  StartAt: 'Pick a host',
  States: {
    'Pick a host': {
      Type: 'Task',
      Next: 'Is it up?',
      Catch: [{ ErrorEquals: ['NoValidHost'], Next: 'Undo: claim' }],
    },
    'Is it up?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.up = "yes" %}', Next: 'Launch each' }],
      Default: 'Undo: claim',
    },
    'Launch each': {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Launch', States: { Launch: { Type: 'Task', End: true } } },
      End: true,
    },
    'Undo: claim': { Type: 'Fail' },
  },
};

describe('a drawn workflow', () => {
  const page = drawWorkflow('build', JSON.stringify(DEFINITION));

  it('has an arrow for each way out of a state', () => {
    expect(page).toContain('start((" ")) --> Pick_a_host');
    expect(page).toContain('Pick_a_host --> Is_it_up_');
    expect(page).toContain('Pick_a_host -. "NoValidHost" .-> Undo__claim');
    expect(page).toContain(`Is_it_up_ -- "$states.input.up = 'yes'" --> Launch_each`);
    expect(page).toContain('Is_it_up_ -- otherwise --> Undo__claim');
  });

  it('shows what a Map runs inside of it', () => {
    expect(page).toMatch(/subgraph Launch_each\["Launch each \(for each\)"\]\n.*Launch_each_0_Launch\n/u);
  });

  it('fails on a file that is no state machine', () => {
    expect(() => drawWorkflow('build', '{}')).toThrow('statemachines/build.asl.ts has no States');
  });
});
