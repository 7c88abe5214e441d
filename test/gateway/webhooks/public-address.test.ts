import { isPublic, mayReach } from '../../../gateway/webhooks/public-address.js';
import { targetOf } from '../../../gateway/webhooks/target.js';

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '223.255.255.255',
  '2606:4700::1111',
  '2001:200::1',
  '2400:3200::1',
])('%s is of the public internet', (address) => expect(isPublic(address)).toBe(true));

test.each([
  ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
  ['loopback', ['127.0.0.1', '127.255.255.255', '::1']],
  ['private', ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', 'fc00::1', 'fd12:3456::1', 'fec0::1']],
  [
    'link-local and metadata',
    ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192'],
  ],
  ['shared by a provider', ['100.64.0.0', '100.100.100.200', '100.127.255.255']],
  ['for many receivers, or reserved', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', 'ff02::1', '4000::1', 'e000::1']],
  ['documentation and measurement', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255', '2001:db8::1', '3fff::1']],
  [
    'IPv4 inside IPv6: mapped, compatible, NAT64',
    ['::ffff:8.8.8.8', '::ffff:10.0.0.1', '::ffff:7f00:1', '::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  ],
  ['6to4 and its relays, Teredo', ['2002:7f00:1::1', '2002:808:808::1', '192.88.99.1', '2001::1', '2001:0:4136:e378::1']],
  ['no address', ['', 'localhost', '1', '0x7f000001', '127.1', '8.8.8.8 ', '8.8.8.8/8']],
])('%s: nobody is sent there', (_what, addresses) => expect(addresses.filter(isPublic)).toEqual([]));

test('a sandbox reaches itself too, and nothing else that is not public', () => {
  expect(['127.0.0.1', '::1', '8.8.8.8', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1'].filter((each) => mayReach(each, true))).toEqual(
    ['127.0.0.1', '::1', '8.8.8.8'],
  );
});

test.each`
  url                                           | sandbox  | production | why
  ${'https://hooks.example.com/a?b=c'}          | ${true}  | ${true}    | ${'as it should be'}
  ${'https://hooks.example.com:8443/'}          | ${true}  | ${true}    | ${'the other port'}
  ${'https://EXAMPLE.com./'}                    | ${true}  | ${true}    | ${'a name with its dot'}
  ${'https://8.8.8.8/'}                         | ${true}  | ${true}    | ${'a public address'}
  ${'https://hooks.example.com:22/'}            | ${true}  | ${false}   | ${'a port of something else'}
  ${'https://hooks.example.com:5432/'}          | ${true}  | ${false}   | ${'a port of something else'}
  ${'http://hooks.example.com/'}                | ${true}  | ${false}   | ${'in the clear'}
  ${'http://localhost:4000/'}                   | ${true}  | ${false}   | ${'this machine'}
  ${'https://localhost/'}                       | ${true}  | ${false}   | ${'this machine'}
  ${'https://127.0.0.1/'}                       | ${true}  | ${false}   | ${'this machine'}
  ${'https://2130706433/'}                      | ${true}  | ${false}   | ${'this machine in decimal'}
  ${'https://0x7f.1/'}                          | ${true}  | ${false}   | ${'this machine in hexadecimal'}
  ${'https://0177.0.0.1/'}                      | ${true}  | ${false}   | ${'this machine in octal'}
  ${'https://[::1]/'}                           | ${true}  | ${false}   | ${'this machine'}
  ${'https://１２７.0.0.1/'}                    | ${true}  | ${false}   | ${'this machine in wide digits'}
  ${'https://[::ffff:127.0.0.1]/'}              | ${false} | ${false}   | ${'a mapped address'}
  ${'https://10.0.0.1/'}                        | ${false} | ${false}   | ${'a private address'}
  ${'https://169.254.169.254/latest'}           | ${false} | ${false}   | ${'metadata'}
  ${'https://2852039166/'}                      | ${false} | ${false}   | ${'metadata in decimal'}
  ${'https://[fd00:ec2::254]/'}                 | ${false} | ${false}   | ${'metadata'}
  ${'https://0/'}                               | ${false} | ${false}   | ${'unspecified'}
  ${'https://ledger/'}                          | ${true}  | ${false}   | ${'a name of the own network'}
  ${'https://db.internal/'}                     | ${true}  | ${false}   | ${'a name of the own network'}
  ${'https://db.internal./'}                    | ${true}  | ${false}   | ${'the same with its dot'}
  ${'https://metadata.google.internal/'}        | ${true}  | ${false}   | ${'metadata by name'}
  ${'https://app.localhost/'}                   | ${true}  | ${false}   | ${'this machine'}
  ${'https://me:word@example.com/'}             | ${false} | ${false}   | ${'a password'}
  ${'https://example.com/#part'}                | ${false} | ${false}   | ${'a part that is never sent'}
  ${'ftp://example.com/'}                       | ${false} | ${false}   | ${'another protocol'}
  ${'file:///etc/passwd'}                       | ${false} | ${false}   | ${'another protocol'}
  ${'//example.com/'}                           | ${false} | ${false}   | ${'half a URL'}
  ${`https://example.com/${'a'.repeat(2_000)}`} | ${false} | ${false}   | ${'too long'}
`(
  '$url ($why): sandbox $sandbox, production $production',
  ({ url, sandbox, production }: { url: string; sandbox: boolean; production: boolean }) =>
    expect([typeof targetOf(url, true) !== 'string', typeof targetOf(url, false) !== 'string']).toEqual([sandbox, production]),
);
