// A mail server of one's own that takes whatever is sent to it and keeps it.
import { simpleParser, type ParsedMail } from 'mailparser';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { SMTPServer } from 'smtp-server';

export type Mailbox = {
	/** the fields of n8n's SMTP credential for it */
	credential: IDataObject;
	mails: ParsedMail[];
	close(): Promise<void>;
};

export async function startMailbox(): Promise<Mailbox> {
	const mails: ParsedMail[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		onData(stream, _session, done) {
			simpleParser(stream).then(
				(mail) => {
					mails.push(mail);
					done();
				},
				(error: Error) => done(error),
			);
		},
	});
	const listener = server.listen(0, '127.0.0.1');
	await once(listener, 'listening');
	const { port } = listener.address() as AddressInfo;
	return {
		credential: {
			host: '127.0.0.1',
			port,
			secure: false,
			disableStartTls: true,
			user: '',
			password: '',
		},
		mails,
		close: async () => await new Promise((resolve) => server.close(() => resolve())),
	};
}
