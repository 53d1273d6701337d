import type { Json } from '#ports/json';
import { mapOf, numberOf, textOf } from '#wire/reading';
import type { Delivery } from './delivery.ts';

/** The header that names the sender where none is required to be a principal of IAM. */
export const SENDER_HEADER = 'x-sender';

/** The event is none that Lambda makes of a request to a function URL whose caller IAM has authorised. */
class NotAUrlRequest extends Error {
  override readonly name = 'NotAUrlRequest' as const;
}

/** A request to the function URL of a cell. */
export interface UrlRequest {
  readonly delivery: Delivery;
  /** The address by which it came. */
  readonly url: string;
  /** Whether the caller reads answers that are compressed by gzip. */
  readonly gzip: boolean;
}

/**
 * Reads an event of Lambda's payload format 2.0 (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html).
 * Who speaks is what IAM found out, in the form in which SQS names senders too: `AROA…:session`. With principals
 * required no header is believed.
 *
 * @throws NotAUrlRequest for every other event, a batch of a queue among them
 */
export function urlRequest(event: Json, requirePrincipals: boolean): UrlRequest {
  const { version, requestContext, headers, body, isBase64Encoded, Records: records } = mapOf(event);
  const { http, requestId, timeEpoch, domainName, authorizer } = mapOf(requestContext);
  const principal = textOf(mapOf(mapOf(authorizer)['iam'])['userId']);
  const [id, domain, sentAt] = [textOf(requestId), textOf(domainName), numberOf(timeEpoch)];
  if (version !== '2.0' || records !== undefined || textOf(mapOf(http)['method']) === undefined)
    throw new NotAUrlRequest('the event is no request to a function URL');
  if (id === undefined || domain === undefined || sentAt === undefined)
    throw new NotAUrlRequest('the event does not say which request it is, of what time and to which address');
  if (requirePrincipals && principal === undefined)
    throw new NotAUrlRequest('IAM has not said who speaks: the function URL has another authentication than AWS_IAM');
  const text = textOf(body) ?? '';
  const sender = textOf(mapOf(headers)[SENDER_HEADER]);
  return {
    delivery: {
      id,
      body: isBase64Encoded === true ? Buffer.from(text, 'base64').toString() : text,
      attributes: sender === undefined ? {} : { sender },
      sentAt,
      principal: requirePrincipals ? principal : sender,
    },
    url: `https://${domain}/`,
    gzip: /\bgzip\b/u.test(textOf(mapOf(headers)['accept-encoding']) ?? ''),
  };
}
