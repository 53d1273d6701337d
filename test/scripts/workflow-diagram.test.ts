import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { describe, expect, it } from 'vitest';
import { drawWorkflow, workflowGraph } from '../../scripts/workflow-diagram.ts';

const DEFINITION = {
  Comment: 'Builds.',
  StartAt: 'Pick a host',
  States: {
    'Pick a host': {
      Type: 'Task',
      Next: 'Is it up?',
      Catch: [{ ErrorEquals: ['NoValidHost', 'MaxRetriesExceeded'], Next: 'Undo: claim' }],
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
  it('has an arrow for each way out of a state', () => {
    const graph = workflowGraph('build', DEFINITION);

    expect(graph).toContain('"start" -> "Pick a host"');
    expect(graph).toContain('"Pick a host" -> "Is it up?"');
    expect(graph).toMatch(/"Pick a host" -> "Undo: claim" .*NoValidHost\\nMaxRetriesExceeded.*style=dotted/u);
    expect(graph).toContain(`"Is it up?" -> "Launch each" [label="$states.input.up = 'yes'"`);
    expect(graph).toContain('"Is it up?" -> "Undo: claim" [label="otherwise"');
  });

  it('shows what a Map runs inside of it', () => {
    const graph = workflowGraph('build', DEFINITION);

    expect(graph).toMatch(/subgraph "cluster Launch each\/0\/" \{[^}]*"Launch each\/0\/Launch" \[[^}]*\}/u);
    expect(graph).toContain('"Launch each" -> "Launch each/0/start"');
  });

  it('is a page with a picture on which every state stands', async () => {
    const { page, picture } = drawWorkflow(await Graphviz.load(), 'build', JSON.stringify(DEFINITION));

    expect(page).toContain('](build.svg)');
    expect(picture).toMatch(/^<svg [^]*<\/svg>\n$/u);
    for (const state of [...Object.keys(DEFINITION.States), 'Launch']) expect(picture).toContain(`>${state}</text>`);
  });

  it('fails on a file that is no state machine', () => {
    const graphviz = { dot: () => '' };

    expect(() => drawWorkflow(graphviz, 'build', '{}')).toThrow('statemachines/build.asl.ts has no States');
  });
});
