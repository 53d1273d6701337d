import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it } from 'vitest';
import { addDeployment } from '../../lib/deployment.ts';
import { appWith } from './synthesised.ts';

it.each([{}, { tracing: true, directCalls: true }])(
  'cdk-nag finds nothing that is not acknowledged, with the context %o',
  { timeout: 120_000 },
  (context) => {
    const app = appWith(context);
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
