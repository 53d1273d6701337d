/* Why an address in a policy ends in a wildcard. */

export const CONDUCTOR_QUEUES = 'conductor queues of the cells, which are added without touching the API level';
export const HOST_QUEUES = 'queues of the hosts, which are made when a host joins';
export const PAYLOADS = 'payloads are named by a digest';
export const REPLY_QUEUES = 'reply queues, which callers make under the prefix of the deployment';
