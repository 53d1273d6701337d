import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it } from 'vitest';
import { addDeployment } from '../../lib/deployment.ts';
import { appWith } from './synthesised.ts';

it.each([false, true])(
  'cdk-nag finds nothing that is not acknowledged, with tracing %s',
  { timeout: 120_000 },
  (tracing) => {
    const app = appWith({ tracing });
    addDeployment(app);

    expect(() => app.synth()).not.toThrow();
  },
);

it('cdk-nag stops synthesis at a queue that anybody may read in plain text', { timeout: 120_000 }, () => {
  const app = appWith();
  const { api } = addDeployment(app);
  new Queue(api, 'Plain');

  expect(() => app.synth()).toThrow(/AwsSolutions-SQS/u);
});
