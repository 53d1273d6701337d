import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { requestEnvelope } from '#wire/envelope';
import { buildCommand } from './demo/requests.ts';
import { commandLine } from '#cli/output/command-line';
import { endOnFailedOutput } from '#cli/output/failed-output';

const HELP = `npm run --silent request [-- --servers N] [-- --name NAME] [-- --arguments]

Prints a schedule_and_build_instances message as an API would publish it, for use with any SQS client.

  --servers N   how many servers (1 to 50; default 1)
  --name NAME   what they are called (default "server")
  --arguments   {"version", "context", "args"} alone, for programs that make the envelope
`;

endOnFailedOutput(process, 'npm run request');
const options = {
  servers: { type: 'string', default: '1' },
  name: { type: 'string', default: 'server' },
  arguments: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
const { values } = commandLine(process, { options }, HELP);

const servers = Number(values.servers);
if (values.help) {
  process.stdout.write(HELP);
} else if (!Number.isInteger(servers) || servers < 1 || servers > 50) {
  process.stderr.write(`--servers ${values.servers} is not a number from 1 to 50\n`);
  process.exitCode = 2;
} else {
  const names = Array.from({ length: servers }, (_, at) => `${values.name}-${at + 1}`);
  const flavor = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
  const clock = new SystemClock();
  const { context, args } = buildCommand({ ids: randomIds, clock }, { names, flavor, project: 'local' });
  const message = scheduleAndBuildInstances(args);
  const uniqueId = randomIds.uuid().replaceAll('-', '');
  const text = values.arguments
    ? JSON.stringify({ version: message.version, context, args: message.args })
    : requestEnvelope({ ...message, namespace: 'compute_task', context, uniqueId });
  process.stdout.write(`${text}\n`);
}
