import { LOCAL } from '#cli/deployment/local-file';
import { openControlEndpoint } from './emulation/control-endpoint.ts';
import { demoDeeds } from './demo/demo-on-world.ts';
import { DEMO_HOSTS } from './demo/scenario.ts';
import { STORIES } from './demo/stories.ts';
import { bootDemoWorld } from './demo/world-on-emulators.ts';
import { removeLocalFile, writeLocalFile } from '#cli/deployment/local-file';

const print = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

/** Milliseconds between two looks at what was logged. */
const LOOK = 300;

/** Keeps a world up until it is interrupted; prints where it is, how to publish to it, and what it does. */
async function main(): Promise<void> {
  print('Starting DynamoDB and SQS on this machine …');
  const demo = await bootDemoWorld(STORIES.flatMap(({ scenarios }) => scenarios));
  const { world, platform } = demo;
  const control = await openControlEndpoint(world, demoDeeds(world));
  const { emulators, log } = platform;
  const queueUrl = `${emulators.queueUrlBase.replace(/\/$/u, '')}/${world.services.config.deployment}-compute-task`;
  writeLocalFile({
    deployment: world.services.config.deployment,
    dynamodb: emulators.dynamodbEndpoint,
    sqs: emulators.sqsEndpoint,
    queueUrlBase: emulators.queueUrlBase,
    control: control.endpoint,
    serviceDownTime: world.services.config.serviceDownTime,
  });
  const hosts = Object.entries(DEMO_HOSTS).map(([cell, names]) => `${cell}: ${names.join(', ')}`);
  print(`A conductor is up (${hosts.join('; ')}). Ctrl-C ends it.

  DynamoDB   ${emulators.dynamodbEndpoint}
  SQS        ${emulators.sqsEndpoint}
  commands   ${queueUrl}
  control    ${control.endpoint}  (Step Functions, event sources)

Operate it from another terminal:

  npm run --silent conductor -- --profile local host list

Publish to it from another terminal:

  export AWS_ACCESS_KEY_ID=${LOCAL.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${LOCAL.credentials.secretAccessKey} AWS_REGION=${LOCAL.region}
  npm run --silent request > request.json      # a message that has one server built
  aws sqs send-message --endpoint-url ${emulators.sqsEndpoint} \\
    --queue-url ${queueUrl} --message-body file://request.json
  aws dynamodb scan --endpoint-url ${emulators.dynamodbEndpoint} --table-name ${world.services.config.deployment}-cell-cell1 \\
    --filter-expression 'sk = :sk' --expression-attribute-values '{":sk": {"S": "instance"}}' \\
    --projection-expression '#u, vm_state, task_state, host' --expression-attribute-names '{"#u": "uuid"}'
`);
  let told = 0;
  const watch = setInterval(() => {
    for (const { level, message, fields } of log.lines.slice(told))
      print(`${level.padEnd(5)} ${message} ${JSON.stringify(fields)}`);
    told = log.lines.length;
  }, LOOK);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  clearInterval(watch);
  print('Stopping …');
  removeLocalFile();
  await control.stop();
  await demo.stop();
}

await main();
