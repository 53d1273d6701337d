/**
 * How an example of a document is tested: run by a file under `test`; looked at by one, since it cannot be run there for a
 * reason; or not at all.
 */
export type Way =
  | { readonly runs: string }
  | { readonly reads: string; readonly reason: string }
  | { readonly reason: string };

/** Examples of a document, by how their first lines begin; those named first come first. */
export type Ways = readonly (readonly [first: string, way: Way])[];

const lines = { runs: 'test/documents/command-lines.test.ts' };
const contexts = { reads: 'test/documents/contexts.test.ts', reason: 'it deploys to an account' };
const queries = { reads: 'test/documents/queries.test.ts', reason: 'CloudWatch alone runs it' };
const packages = {
  reads: 'test/documents/scripts.test.ts',
  reason: 'test/package/ packs and installs in folders of its own',
};
const scripts = { reads: 'test/documents/scripts.test.ts', reason: 'it installs or tests the whole, as CI does' };

/** Every example of every document: one that is added is added here, with what runs it. */
export const HOW_TESTED: ReadonlyMap<string, Ways> = new Map<string, Ways>([
  [
    'README.md',
    [
      ['npm ci && npm run demo', scripts],
      ['❯ ', { reads: 'test/documents/scripts.test.ts', reason: 'its hosts and times are drawn' }],
      ['npm ci && npm test', scripts],
      ['npx cdk', contexts],
      ['npm run --silent conductor', lines],
      ['npm run --silent request', { runs: 'test/client/publishing-examples.test.ts' }],
      ['import { SQSClient }', { runs: 'test/package/published-example.test.ts' }],
    ],
  ],
  ['CONTRIBUTING.md', [['npm ci', scripts]]],
  ['docs/accounts.md', [['cp stages/', contexts]]],
  ['docs/aws-assumptions.md', [['conductor verify', { runs: 'test/cli/verify/verify.test.ts' }]]],
  ['docs/compute-agent.md', [['conductor ', lines]]],
  ['docs/configuration.md', [['npx cdk', contexts]]],
  [
    'docs/deploying.md',
    [
      ['export AWS_PROFILE', { reason: 'it asks an account, by a client that is not ours' }],
      ['git clone', { reads: 'test/documents/deploying.test.ts', reason: 'it installs the whole, as CI does' }],
      ['npx cdk', contexts],
      ['cp stages/', contexts],
      ['conductor ', lines],
      [
        'npm run --silent destroy',
        {
          reads: 'test/documents/deploying.test.ts',
          reason: 'it deletes a deployment; test/localstack/teardown.test.ts has one deleted',
        },
      ],
    ],
  ],
  [
    'docs/openstack.md',
    [
      ['openstack application credential', { reason: 'it asks a Keystone, by a client that is not ours' }],
      ['{', { runs: 'test/documents/contexts.test.ts' }],
    ],
  ],
  [
    'docs/operations.md',
    [
      ['git clone', { runs: 'test/documents/scripts.test.ts' }],
      ['npm run --silent conductor -- --profile local console', { runs: 'test/cli/console/console.test.ts' }],
      [
        'npm run --silent rights',
        {
          reads: 'test/documents/scripts.test.ts',
          reason: 'it makes a policy of an account; test/scripts/deploy-rights.test.ts makes its text',
        },
      ],
      ['fields @timestamp', queries],
      ['# What fails', queries],
      ['npx cdk', contexts],
      ['aws events', { ...contexts, reason: 'EventBridge alone takes it' }],
      ['{"method": "fence_answered"', { runs: 'test/workflows/fencing.test.ts' }],
    ],
  ],
  [
    'docs/publishing.md',
    [
      ['conductor ', lines],
      ['{', { reads: 'test/client/publishing-examples.test.ts', reason: 'it leaves out what the others hold' }],
      ['npm ci && npm run build', packages],
      ['import { SQSClient }', { runs: 'test/package/published-example.test.ts' }],
      ['import json', { runs: 'test/client/publishing-examples.test.ts' }],
      ['QUEUE_URL=', { runs: 'test/client/publishing-examples.test.ts' }],
    ],
  ],
  [
    'docs/releasing.md',
    [
      ['git tag', { reason: 'it makes the tag of a release, and pushes it' }],
      ['npm ci && npm run build', packages],
    ],
  ],
  ['docs/runbook.md', [['conductor ', lines]]],
  [
    'docs/walkthrough.md',
    [
      ['npm ci', scripts],
      ['conductor() {', { runs: 'test/documents/scripts.test.ts' }],
      ['$ ', { runs: 'test/local/walkthrough.test.ts' }],
    ],
  ],
]);
