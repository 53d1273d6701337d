import { describe, expect, it } from 'vitest';
import {
  caught,
  caughtAll,
  choice,
  cleanUp,
  each,
  start,
  succeed,
  task,
  timedOut,
  wait,
  workflow,
} from '#statemachines/builder';

const launching = { workflow: 'launch', name: 'one', input: {} };
const items = { items: '{% [] %}', selector: {}, most: 1, output: {} };

/* The compiler holds the `@ts-expect-error` lines to what they say: one that is not refused any more is an error of its own. */
describe('the targets of states', () => {
  it('compile where they are states of the same machine, and are written as they stand', () => {
    const machine = workflow('live-migrate', 'Moves.', 'Begin', {
      Begin: task('begin', 'Begins.', { catches: [caught(['NoValidHost'], 'Undo'), caughtAll('Done')], next: 'Way' }),
      Way: choice('state.kind', { forced: 'Done' }, 'Await'),
      Await: wait('await', 'Waits.', { seconds: 'wait_seconds', catches: [timedOut('Begin')], next: 'Done' }),
      Undo: cleanUp('undo-begin', 'Undoes.', { next: 'Done' }),
      Done: succeed(),
    });

    expect(machine).toMatchObject({
      name: 'live-migrate',
      definition: {
        StartAt: 'Begin',
        States: {
          Begin: {
            Arguments: { FunctionName: '${LiveMigrateFunctionArn}', Payload: { step: 'begin' } },
            Catch: [
              { ErrorEquals: ['NoValidHost'], Next: 'Undo' },
              { ErrorEquals: ['States.ALL'], Next: 'Done' },
            ],
            Next: 'Way',
          },
          Way: {
            Choices: [{ Condition: "{% $states.input.state.kind = 'forced' %}", Next: 'Done' }],
            Default: 'Await',
          },
          Await: { TimeoutSeconds: '{% $states.input.state.wait_seconds %}', Next: 'Done' },
          Undo: { Arguments: { Payload: { error: '{% $states.input.error %}' } }, Next: 'Done' },
          Done: { Type: 'Succeed' },
        },
      },
    });
  });

  it('do not compile as StartAt of a machine that has no such state', () => {
    // @ts-expect-error there is no state "Begins"
    const { definition } = workflow('build', 'Builds.', 'Begins', { Begin: succeed() });

    expect(Object.keys(definition.States)).not.toContain(definition.StartAt);
  });

  it('do not compile as Next of a Task, of a clean-up and of a wait', () => {
    const { definition } = workflow('build', 'Builds.', 'Begin', {
      // @ts-expect-error there is no state "Nowhere"
      Begin: task('begin', 'Begins.', { next: 'Nowhere' }),
      // @ts-expect-error there is no state "Nowhere"
      Undo: cleanUp('undo-begin', 'Undoes.', { next: 'Nowhere' }),
      // @ts-expect-error there is no state "Nowhere"
      Await: wait('await', 'Waits.', { seconds: 'wait_seconds', catches: [], next: 'Nowhere' }),
    });

    expect(Object.keys(definition.States)).toEqual(['Begin', 'Undo', 'Await']);
  });

  it('do not compile as Next of a Catch, among others that are right', () => {
    const { definition } = workflow('build', 'Builds.', 'Begin', {
      // @ts-expect-error there is no state "Nowhere"
      Begin: task('begin', 'Begins.', {
        catches: [caught(['NoValidHost'], 'Done'), caughtAll('Nowhere')],
        next: 'Done',
      }),
      // @ts-expect-error there is no state "Nowhere"
      Await: wait('await', 'Waits.', { seconds: 'wait_seconds', catches: [timedOut('Nowhere')], next: 'Done' }),
      Done: succeed(),
    });

    expect(Object.keys(definition.States)).toEqual(['Begin', 'Await', 'Done']);
  });

  it('do not compile as a way or the default of a Choice', () => {
    const { definition } = workflow('build', 'Builds.', 'Way', {
      // @ts-expect-error there is no state "Nowhere"
      Way: choice('outcome', { done: 'Done', failed: 'Nowhere' }, 'Done'),
      // @ts-expect-error there is no state "Nowhere"
      Other: choice('outcome', { done: 'Done' }, 'Nowhere'),
      Done: succeed(),
    });

    expect(Object.keys(definition.States)).toEqual(['Way', 'Other', 'Done']);
  });

  it('do not compile where they leave the graph of a Map, or lead into it', () => {
    const { definition } = workflow('build', 'Builds.', 'Each', {
      Each: each('Each.', {
        ...items,
        // @ts-expect-error the Map has no state "Done"
        startAt: 'Done',
        states: {
          // @ts-expect-error the Map has no state "Done"
          Launch: start({ ...launching, startedBefore: 'Done' }),
          'Launched before': succeed(),
        },
        next: 'Done',
      }),
      // @ts-expect-error the machine has no state "Launch"
      Way: choice('outcome', {}, 'Launch'),
      Done: succeed(),
    });

    expect(Object.keys(definition.States)).toEqual(['Each', 'Way', 'Done']);
  });

  it('do not compile as Next of a Map', () => {
    const { definition } = workflow('build', 'Builds.', 'Each', {
      // @ts-expect-error there is no state "Nowhere"
      Each: each('Each.', { ...items, startAt: 'Launched', states: { Launched: succeed() }, next: 'Nowhere' }),
    });

    expect(Object.keys(definition.States)).toEqual(['Each']);
  });
});
