// A certificate of this machine, made on the spot, for servers that speak TLS.
import { generate } from 'selfsigned';

/** In PEM, for `localhost` and 127.0.0.1; who is to trust it, needs `cert`. An elliptic curve, since a handshake costs little with it. */
export async function makeCertificate(): Promise<{ key: string; cert: string }> {
	const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true },
			{
				name: 'subjectAltName',
				altNames: [
					{ type: 2, value: 'localhost' },
					{ type: 7, ip: '127.0.0.1' },
				],
			},
		],
	});
	return { key, cert };
}
