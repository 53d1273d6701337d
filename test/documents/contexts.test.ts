import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCredential } from '#adapters/openstack/credential';
import { withStage } from '../../lib/stage.ts';
import { readContext } from '#configuration/context';
import { mapOf } from '#wire/reading';
import { DOCUMENTS, exampleOf, examplesOf } from './examples.ts';

const WRITTEN = mapOf(mapOf(JSON.parse(readFileSync('cdk.json', 'utf8')))['context']);

/** The lines of all examples that synthesise. */
const LINES = DOCUMENTS.flatMap(examplesOf)
  .flatMap(({ text }) => text.split('\n'))
  .filter((line) => line.startsWith('npx cdk '));

/** The context of a line, as CDK hands it over; everybody's stage is the one that is there. */
const contextOf = (line: string) => ({
  ...WRITTEN,
  ...Object.fromEntries(
    [...line.matchAll(/--context (\w+)=(\S+)/gu)].map(([, key = '', value = '']) => [
      key,
      key === 'stage' ? 'example' : value,
    ]),
  ),
});

describe('the examples of deployments', () => {
  it('are there', () => {
    expect(LINES.length).toBeGreaterThan(6);
  });

  it.each(LINES)('%s has a context that is taken', (line) => {
    expect(line).toMatch(/^npx cdk (?:bootstrap|deploy|diff|synth)\b/u);

    const context = readContext(withStage(contextOf(line)));

    expect(context.cells.length).toBeGreaterThan(0);
  });

  it('name a cloud in a context that is taken', () => {
    const { text } = examplesOf('docs/openstack.md').find((each) => each.text.includes('openstackServices')) ?? {
      text: '',
    };

    const context = readContext({ ...WRITTEN, ...mapOf(JSON.parse(text)) });

    expect(context).toMatchObject({
      openstackServices: ['placement', 'image', 'network'],
      openstackRegion: 'RegionOne',
    });
  });

  it('spell the secrets of both kinds of credentials', () => {
    const secrets = examplesOf('docs/openstack.md').filter(({ text }) => /credential_secret"|"password"/u.test(text));

    const kinds = secrets.map(({ text }) => readCredential(text)?.kind);

    expect(kinds).toEqual(['application-credential', 'password']);
  });

  it('have events sent on by patterns and paths that are JSON', () => {
    const { text } = exampleOf('docs/operations.md', 'aws events put-rule');

    const parts = [...text.matchAll(/'([^']+)'/gu)].map(([, json = '']) => {
      const parsed: unknown = JSON.parse(json);
      return parsed;
    });

    expect(parts).toMatchObject([
      { source: ['nova.conductor'], 'detail-type': [{ prefix: 'compute_task.' }, 'conductor.fence.requested'] },
      [{ InputTransformer: { InputPathsMap: { reason: '$.detail.payload.reason' } } }],
    ]);
  });
});
