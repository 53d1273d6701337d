import { nullable } from '#objects/versioned/field';
import { integer, macAddress } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a driver reports about one network interface. */
export const NicDiagnostics = defineObject({
  name: 'NicDiagnostics',
  version: '1.0',
  // 1.0 first
  fields: {
    mac_address: nullable(macAddress()),
    rx_octets: nullable(integer()),
    rx_errors: nullable(integer()),
    rx_drop: nullable(integer()),
    rx_packets: nullable(integer()),
    rx_rate: nullable(integer()),
    tx_octets: nullable(integer()),
    tx_errors: nullable(integer()),
    tx_drop: nullable(integer()),
    tx_packets: nullable(integer()),
    tx_rate: nullable(integer()),
  },
});
