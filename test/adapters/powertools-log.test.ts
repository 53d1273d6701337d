import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PowertoolsLog } from '#adapters/powertools/log';

const log = () =>
  new PowertoolsLog({ service: 'launch', deployment: 'nova-conductor', fields: { workflow: 'launch' } });

describe('PowertoolsLog', () => {
  const lines: Record<string, unknown>[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        lines.push(JSON.parse(String(text)));
        return true;
      });
  });
  afterEach(() => vi.restoreAllMocks());

  it('writes the fields of a log and of those it was made of in every line', () => {
    log().with({ request_id: 'req-1', instance: 'u' }).with({ cell: 'cell1' }).info('build ordered', { host: 'host1' });

    expect(lines).toMatchObject([
      {
        message: 'build ordered',
        workflow: 'launch',
        request_id: 'req-1',
        instance: 'u',
        cell: 'cell1',
        host: 'host1',
      },
    ]);
  });

  it('writes all values of a measurement in one line of embedded metric format', () => {
    log().measure('latency', [3, 5, 8], 'Milliseconds', { method: 'object_action', outcome: 'done' });

    expect(lines).toMatchObject([
      {
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: 'nova-conductor',
              Dimensions: [['service', 'method', 'outcome']],
              Metrics: [{ Name: 'latency', Unit: 'Milliseconds' }],
            },
          ],
        },
        service: 'launch',
        latency: [3, 5, 8],
      },
    ]);
  });

  it('splits what is more than a line of metrics takes', () => {
    log().measure(
      'latency',
      Array.from({ length: 101 }, () => 1),
      'Milliseconds',
    );

    expect(lines).toHaveLength(2);
  });

  it('writes a count as one number, without dimensions that have no value', () => {
    log().count('expired_calls', { method: 'object_action', host: '' });

    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'nova-conductor',
              Dimensions: [['service', 'method']],
              Metrics: [{ Name: 'expired_calls', Unit: 'Count' }],
            },
          ],
        },
        service: 'launch',
        method: 'object_action',
        expired_calls: 1,
      },
    ]);
  });

  it('writes an error by name and message, without its stack', () => {
    log().error('server failure', {}, new TypeError('broken'));

    expect(lines).toMatchObject([{ error_name: 'TypeError', error_message: 'broken' }]);
    expect(JSON.stringify(lines)).not.toContain('powertools-log.test');
  });
});
