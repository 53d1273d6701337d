import { createServer } from 'node:http';
import { listening } from '#local/emulation/loopback-server';
import { expect, it } from 'vitest';
import { signedHeaders } from '#adapters/function-url/signature';
import { SignedCalls } from '#adapters/function-url/signed-calls';
import { MemoryDirectCalls, MemoryUrls } from '#local/emulation/memory-direct-calls';
import type { DirectAnswer } from '#ports/direct-calls';
import { directCallsContract, type DirectCallsSubject } from './direct-calls.contract.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'token',
};

/** A server that answers what a test says, or never. */
async function served(): Promise<DirectCallsSubject & { readonly authorizations: string[] }> {
  let answer: ((body: string) => Promise<DirectAnswer>) | undefined;
  const authorizations: string[] = [];
  const server = createServer((incoming, outgoing) => {
    authorizations.push(String(incoming.headers.authorization));
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void answer?.(Buffer.concat(chunks).toString()).then(({ status, body }) => outgoing.writeHead(status).end(body));
    });
  });
  const { endpoint, stop } = await listening(server);
  const url = `${endpoint}/`;
  const calls = new SignedCalls({
    clock: { now: () => NOW },
    region: async () => 'eu-central-1',
    credentials: async () => CREDENTIALS,
    answerMs: 2000,
  });
  return {
    calls,
    authorizations,
    serve: async (answered) => {
      answer = answered;
      return url;
    },
    nowhere: async () => url,
    stop,
  };
}

directCallsContract('signed (SignedCalls)', served);
directCallsContract('in memory (MemoryDirectCalls)', async () => {
  const urls = new MemoryUrls();
  return {
    calls: new MemoryDirectCalls(urls, 'host:host1'),
    serve: async (answer) => {
      urls.serve('https://one/', answer);
      return 'https://one/';
    },
    nowhere: async () => 'https://other/',
    stop: () => Promise.resolve(),
  };
});

it('a signed call carries the signature of its role for Lambda', async () => {
  const subject = await served();
  const url = await subject.serve(async () => ({ status: 204, body: '' }));

  await subject.calls.post(url, '{}');
  await subject.stop();

  expect(subject.authorizations[0]).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261122\/eu-central-1\/lambda\/aws4_request, /u,
  );
});

it('a signature is the one that botocore 1.43.11 makes of the same request', () => {
  const url = new URL('https://abc123.lambda-url.eu-central-1.on.aws/');
  const signing = { url, body: '{"pulse":1}', region: 'eu-central-1', credentials: CREDENTIALS, now: NOW };

  const { authorization } = signedHeaders(signing);

  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-central-1/lambda/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, ' +
      'Signature=f11bbc77a13c0815ed3991e2228f0417bca4457fa64582f445c8605e2f587889',
  );
});
