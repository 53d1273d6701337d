import {
  caughtAll,
  choice,
  cleanUp,
  ended,
  fromAnswer,
  fromInput,
  succeed,
  task,
  timedOut,
  undo,
  wait,
  workflow,
} from './builder.ts';

/** From the reservation on, the server may have a device; from the attachment on, the volume is kept for it. */
const UNDO_DEVICE = [caughtAll('Undo: Reserve device')];
const UNDO_ATTACHMENT = [caughtAll('Undo: Create attachment')];

/** The server is not owned: a volume may be attached beside whatever else is done with it, as in Nova. */
export const attachVolume = workflow(
  'attach-volume',
  'Attaches a volume to a server: its host names the device, the volume is kept for it, and the host attaches it.',
  'Begin',
  {
    Begin: task('begin', "Finds the server's cell and host.", { catches: [caughtAll('Fail')], next: 'Reserve device' }),
    // An answer is kept before the token is completed, so Keep device reads it there, after a time-out too.
    'Reserve device': wait(
      'reserve-device',
      'A call to the host: reserve_block_device_name, which makes the record of the device.',
      {
        seconds: 'ask_seconds',
        output: fromInput('state'),
        catches: [timedOut('Keep device'), ...UNDO_DEVICE],
        next: 'Keep device',
      },
    ),
    'Keep device': task('keep-device', 'Reads the answer, and notes what the user asked for with the device.', {
      output: fromAnswer('state', 'outcome'),
      catches: UNDO_DEVICE,
      next: 'Kept',
    }),
    // A Task that timed out before it began has asked nobody.
    Kept: choice('outcome', { ask: 'Reserve device' }, 'Create attachment'),
    'Undo: Reserve device': undo('undo-reserve-device', 'The device that was made for the volume is gone.', {
      next: 'Fail',
      failed: 'Fail half undone',
    }),
    'Create attachment': task(
      'create-attachment',
      'Keeps the volume for the server by an empty attachment, which the device names.',
      { catches: UNDO_ATTACHMENT, next: 'Order attachment' },
    ),
    'Undo: Create attachment': undo('undo-create-attachment', 'The volume is given back.', {
      next: 'Undo: Reserve device',
      failed: 'Fail half undone',
    }),
    'Order attachment': task('order-attachment', 'Begins the action, then orders the host to attach the volume.', {
      catches: UNDO_ATTACHMENT,
      next: 'Reply',
    }),
    // The host is at work already, so an answer that fails undoes nothing.
    Reply: task('reply', 'Answers the caller with the name of the device.', {
      catches: [caughtAll('Ended')],
      next: 'Ended',
    }),
    Ended: succeed({ outcome: 'ordered' }),
    Fail: cleanUp('fail', 'The answer carries the error.', { output: ended('error'), next: 'Failed' }),
    'Fail half undone': cleanUp('fail', 'The answer carries the error.', { next: 'Undo the rest' }),
    'Undo the rest': cleanUp('undo-the-rest', 'What is left is given back.', {
      output: ended('error'),
      next: 'Failed',
    }),
    Failed: succeed(),
  },
);
