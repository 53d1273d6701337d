import { memoryAccelerators } from '#adapters/memory/accelerators';
import { seededIds } from '#adapters/memory/ids';
import type { Accelerators, Arq } from '#ports/accelerators';
import { mapOf, textsOf } from '#wire/reading';
import type { RecordedTask, SentStep } from './recorded-task.ts';

const arq = (uuid: string, profile: string): Arq => ({
  uuid,
  state: 'Initial',
  profile,
  group: 0,
  hostname: null,
  providerUuid: null,
  instanceId: null,
});

/** The accelerator service as far as orders show it: its requests have the ids of the recording. */
export function scriptedAccelerators({ method, message, steps }: RecordedTask): Accelerators {
  const orders = steps.filter((step): step is SentStep => step.kind === 'sent');
  const ids = orders.flatMap(({ args }) => textsOf(args['accel_uuids']));
  const stays = method === 'rebuild_instance' && mapOf(message['args'])['recreate'] !== true;
  return {
    ...memoryAccelerators(seededIds(0)),
    profile: async () => [{ resources: { FPGA: 1 }, requiredTraits: ['CUSTOM_FAKE_DEVICE'], forbiddenTraits: [] }],
    create: async (_context, profile) => ids.splice(0, 1).map((uuid) => arq(uuid, profile)),
    bind: async () => undefined,
    arqsOf: async () => (stays ? ids.map((uuid) => arq(uuid, '')) : []),
    delete: async () => undefined,
  };
}
