import {
  ANSWER,
  caughtAll,
  choice,
  each,
  fromAnswer,
  fromInput,
  succeed,
  task,
  timedOut,
  wait,
  workflow,
} from './builder.ts';

/**
 * Nothing is recorded and nothing has to be undone: an image that a host has fetched does no harm. Whatever goes wrong
 * with one host is given as its result, so that the progress reaches its total.
 */
export const cacheImages = workflow(
  'cache-images',
  'Has the hosts of an aggregate fetch images before servers need them.',
  'Begin',
  {
    Begin: task('begin', 'Publishes the start, and finds the cell of each host.', { next: 'Each host' }),
    'Each host': each('As many hosts at a time as the configuration says: each fetches from the image service.', {
      items: '{% $states.input.state.hosts %}',
      selector: {
        state: {
          request: '{% $states.input.state.request %}',
          request_id: '{% $states.input.state.request_id %}',
          total: '{% $states.input.state.total %}',
          ask_seconds: '{% $states.input.state.ask_seconds %}',
          host: '{% $states.context.Map.Item.Value.host %}',
          cell: '{% $states.context.Map.Item.Value.cell %}',
          cell_uuid: '{% $states.context.Map.Item.Value.cell_uuid %}',
        },
      },
      most: '{% $states.input.state.most %}',
      startAt: 'Look at host',
      states: {
        'Look at host': task('look-at-host', 'Is the host mapped to a cell, and is it up?', {
          output: fromAnswer('state', 'outcome'),
          catches: [caughtAll('Notify progress')],
          next: 'Looked',
        }),
        Looked: choice('outcome', { up: 'Ask host' }, 'Notify progress'),
        // An answer is kept before the token is completed, so Notify progress reads it there, after a time-out too.
        'Ask host': wait('ask-host', 'A call to the host: cache_images; its answer completes the token.', {
          seconds: 'ask_seconds',
          output: fromInput('state'),
          catches: [timedOut('Judge host'), caughtAll('Notify progress')],
          next: 'Notify progress',
        }),
        // A Task that timed out before it began has asked nobody.
        'Judge host': task('judge-host', 'The host did not answer in time: was it asked at all?', {
          output: fromAnswer('state', 'outcome'),
          catches: [caughtAll('Notify progress')],
          next: 'Judged',
        }),
        Judged: choice('outcome', { ask: 'Ask host' }, 'Notify progress'),
        'Notify progress': task('notify-progress', 'Counts the host and publishes what became of its images.', {
          catches: [caughtAll('Unpublished')],
          next: 'Notified',
        }),
        Notified: succeed({ result: '{% $states.input.state.result %}' }),
        // A state of a Map that fails ends the states of all other hosts.
        Unpublished: succeed({
          result: { host: '{% $states.input.state.host %}', skipped: false, results: {}, failed: [] },
        }),
      },
      output: { ...fromInput('state'), results: '{% $states.result %}' },
      next: 'Finish',
    }),
    Finish: task('finish', 'Sums up what the hosts answered, and publishes the end.', {
      passes: ['results'],
      output: ANSWER,
      next: 'Ended',
    }),
    Ended: succeed({ outcome: 'done' }),
  },
);
