import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { AssumptionId } from './assumptions.ts';
import { executionProbes } from './execution-probes.ts';
import { functionProbes } from './function-probes.ts';
import { errorNameOf, type Probe, type Probing } from './probing.ts';
import { queueProbes } from './queue-probes.ts';
import { tableProbes } from './table-probes.ts';

type Untried = 'kms-alias-condition' | 'iam-reply-queue-policy' | 'sqs-in-flight';

/** The probe of each assumption that can be tried. */
export const everyProbe = (on: Probing): Readonly<Record<Exclude<AssumptionId, Untried>, Probe>> => ({
  ...queueProbes(on),
  ...executionProbes(on),
  ...functionProbes(on),
  ...tableProbes(on),
  'cloudwatch-search-grammar': async () => {
    const search = (namespace: string) =>
      errorNameOf(
        on.clients.cloudwatch.send(
          new GetMetricDataCommand({
            StartTime: new Date(on.options.clock.now() - 600_000),
            EndTime: new Date(on.options.clock.now()),
            MetricDataQueries: [
              { Id: 'found', Expression: `SEARCH('{${namespace},service} MetricName="latency"', 'Average', 300)` },
            ],
          }),
        ),
      );
    const observed = { quoted: await search('"nova-conductor"'), bare: await search('nova-conductor') };
    return { holds: observed.quoted === 'none' && observed.bare !== 'none', observed };
  },
});
