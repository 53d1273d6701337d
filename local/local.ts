import { openControlEndpoint } from './emulation/control-endpoint.ts';
import { openDirectEndpoint } from './emulation/direct-endpoint.ts';
import { openOwnPlacement } from './emulation/placement-endpoint.ts';
import { demoControls } from './demo/demo-on-world.ts';
import { DEMO_HOSTS } from './demo/scenario.ts';
import { STORIES } from './demo/stories.ts';
import { bootDemoWorld, type DemoOnEmulators } from './demo/world-on-emulators.ts';
import { dirname } from 'node:path';
import { claimFolder, spaceWatch } from './data-folder.ts';
import { LOCAL_HELP, localOptions, WrongUsage, type LocalOptions } from './local-options.ts';
import {
  LOCAL,
  localFile,
  readLocalFile,
  removeLocalFile,
  writableFolder,
  writeLocalFile,
} from '#cli/deployment/local-file';
import { endOnFailedOutput } from '#cli/output/failed-output';

const print = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

const SCENARIOS = STORIES.flatMap(({ scenarios }) => scenarios);

/** Milliseconds between two looks at what was logged. */
const LOOK = 300;

/** Whether the world that wrote a file is still there. */
async function isUp(file: string): Promise<boolean> {
  const world = readLocalFile(file);
  if (world === undefined) return false;
  try {
    await fetch(world.control);
    return true;
  } catch {
    return false;
  }
}

async function main(argv: string[]): Promise<void> {
  const options = localOptions(argv);
  if (options.help) {
    print(LOCAL_HELP);
    return;
  }
  const file = localFile(options.name);
  if (await isUp(file)) throw isUpAlready(file);
  writableFolder(dirname(file));
  const giveBack = options.data === undefined ? () => {} : claimFolder(options.data);
  try {
    await keepUp(options);
  } finally {
    giveBack();
  }
}

const isUpAlready = (file: string): WrongUsage =>
  new WrongUsage(`a local world is up already (${file}): end it, or give this one a name by --name NAME`);

/** Who started this process. */
const STARTER = process.ppid;

/** Settles when the world is asked to end, or whoever started it has ended: npm that was killed passes nothing on. */
const endAsked = (): Promise<void> =>
  new Promise((resolve) => {
    const watch = setInterval(() => {
      if (process.ppid !== STARTER) end();
    }, LOOK);
    const end = (): void => {
      clearInterval(watch);
      resolve();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });

/** Boots a world, keeps it up until it is asked to end, and ends it. */
async function keepUp(asked: LocalOptions): Promise<void> {
  print('Starting DynamoDB and SQS on this machine …');
  const demo = await bootDemoWorld(SCENARIOS, asked, asked.data);
  try {
    await serve(demo, asked);
  } finally {
    await demo.stop();
  }
}

/** Lets others reach a world until it is asked to end; prints where it is, how to publish to it, and what it does. */
async function serve({ world, platform }: DemoOnEmulators, asked: LocalOptions): Promise<void> {
  const file = localFile(asked.name);
  const profile = asked.name === undefined ? 'local' : `local:${asked.name}`;
  const control = await openControlEndpoint(world, demoControls(world, asked));
  const { emulators, log } = platform;
  const placement = await openOwnPlacement(platform);
  const direct = asked.directCalls ? await openDirectEndpoint(world.urls) : undefined;
  const queueUrl = `${emulators.queueUrlBase.replace(/\/$/u, '')}/${world.services.config.deployment}-compute-task`;
  const reached = {
    deployment: world.services.config.deployment,
    dynamodb: emulators.dynamodbEndpoint,
    sqs: emulators.sqsEndpoint,
    queueUrlBase: emulators.queueUrlBase,
    control: control.endpoint,
    serviceDownTime: world.services.config.serviceDownTime,
  };
  const stop = async (): Promise<void> => {
    removeLocalFile(reached, file);
    await Promise.all([direct?.stop(), placement.stop(), control.stop()]);
  };
  // Another may have come up meanwhile.
  if (await isUp(file)) {
    await stop();
    throw isUpAlready(file);
  }
  try {
    writeLocalFile(reached, file);
  } catch (error) {
    await stop();
    throw error;
  }
  const hosts = Object.entries(DEMO_HOSTS).map(([cell, names]) => `${cell}: ${names.join(', ')}`);
  print(`A conductor is up (${hosts.join('; ')}). Ctrl-C ends it.

  DynamoDB   ${emulators.dynamodbEndpoint}
  SQS        ${emulators.sqsEndpoint}
  commands   ${queueUrl}
  control    ${control.endpoint}  (Step Functions, event sources)
  Placement  ${placement.endpoint}  (for computes: docs/openstack.md)${
    direct === undefined
      ? ''
      : `
  direct_url ${direct.endpoint}/cell1  (for computes of cell1)`
  }

Operate it from another terminal:

  npm run --silent conductor -- --profile ${profile} host list

Publish to it from another terminal:

  export AWS_ACCESS_KEY_ID=${LOCAL.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${LOCAL.credentials.secretAccessKey} AWS_REGION=${LOCAL.region} AWS_DEFAULT_REGION=${LOCAL.region}
  npm run --silent request > request.json      # a message that has one server built
  aws sqs send-message --endpoint-url ${emulators.sqsEndpoint} \\
    --queue-url ${queueUrl} --message-body file://request.json
  aws dynamodb scan --endpoint-url ${emulators.dynamodbEndpoint} --table-name ${world.services.config.deployment}-cell-cell1 \\
    --filter-expression 'sk = :sk' --expression-attribute-values '{":sk": {"S": "instance"}}' \\
    --projection-expression '#u, vm_state, task_state, host' --expression-attribute-names '{"#u": "uuid"}'
`);
  let printed = 0;
  const lookForSpace = asked.data === undefined ? () => {} : spaceWatch(asked.data, print);
  const watch = setInterval(() => {
    lookForSpace();
    for (const { level, message, fields } of log.lines.slice(printed))
      print(`${level.padEnd(5)} ${message} ${JSON.stringify(fields)}`);
    printed = log.lines.length;
  }, LOOK);
  await endAsked();
  clearInterval(watch);
  print('Stopping …');
  await stop();
}

/** What Node says of options that nobody knows. */
const isOfParsing = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

/** What the file system says of a folder that cannot be written, itself or by the emulator's database. */
const isOfFiles = (error: unknown): error is Error =>
  error instanceof Error &&
  (('syscall' in error && 'path' in error) || ('code' in error && error.code === 'ERR_SQLITE_ERROR'));

endOnFailedOutput(process, 'npm run local');
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (isOfFiles(error)) {
    process.stderr.write(`no local world can be kept here: ${error.message}\n`);
    process.exitCode = 1;
  } else {
    if (!(error instanceof WrongUsage || isOfParsing(error))) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
