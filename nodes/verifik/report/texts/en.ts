// The English texts of a report. Their type is that of all languages.
const VERDICTS = {
	passed: 'Passed',
	notPassed: 'Did not pass',
	notCarriedOut: 'Could not be carried out',
	pending: 'Pending',
	unknown: 'Unknown',
};

export const en = {
	locale: 'en-US',
	/** what the report is, above its title */
	kind: 'Document liveness report',
	title: (dates: string) => `Document checks, ${dates}`,
	subject: (dates: string, rate: string, checked: string) =>
		`Document checks, ${dates}: ${rate} of ${checked} passed`,
	subjectWithoutChecked: (dates: string) => `Document checks, ${dates}: nothing was checked`,
	days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
	comparedWith: (dates: string) => `Compared with ${dates}`,
	ofCreated: (n: string) => `of ${n} created`,
	nOf: (n: string, of: string) => `${n} of ${of}`,
	before: (rate: string) => `${rate} before`,
	notStated: 'not stated',
	andMore: (n: string) => `and ${n} more`,
	otherWarnings: (n: string) => `and other warnings, ${n} times`,

	points: (points: string) => `${points} points`,
	unchanged: 'unchanged',
	tooFewToTell: 'too few to tell',

	verdicts: VERDICTS,
	/** The verdict of one validation: other languages write it differently for one and for many. */
	outcome: VERDICTS,
	checks: {
		screenReplay: 'Screen replay',
		printedCopy: 'Printed copy',
		portraitSubstitution: 'Portrait substitution',
		digitalManipulation: 'Digital manipulation',
	},
	warningNames: {
		GLARE_ON_IMAGE: 'Glare on the image',
		IMAGE_TOO_BLURRY: 'Image too blurry',
		IMAGE_IS_TOO_COMPRESSED: 'Image too compressed',
		POOR_IMAGE_EXPOSURE: 'Poor exposure',
		LOW_RESOLUTION: 'Low resolution',
		LOW_CONTRAST: 'Low contrast',
		DOCUMENT_BORDERS_OUTSIDE_OF_FRAME: 'Document reaches out of the frame',
		DOCUMENT_CROPPED: 'Document cropped',
		MULTIPLE_DOCUMENTS_IN_FRAME: 'Several documents in the frame',
		DOCUMENT_TOO_CLOSE_TO_BORDER: 'Document too close to the border',
		RELATIVE_DOCUMENT_SIZE_LOWER_THAN_10_PERCENT: 'Document too small in the image',
	},

	intervals: { day: 'Day', week: 'Week', month: 'Month' },
	columns: {
		result: 'Result',
		validations: 'Validations',
		share: 'Share',
		change: 'Change',
		created: 'Created',
		checked: 'Checked',
		passRate: 'Pass rate',
		notPassed: 'Did not pass',
		check: 'Check',
		failedOfRun: 'Failed of run',
		rate: 'Rate',
		checksFailed: 'Checks failed',
		warning: 'Warning',
		figure: 'Figure',
		value: 'Value',
		score: 'Score',
		mean: 'Mean',
		median: 'Median',
		validation: 'Validation',
		riskScore: 'Risk score',
		confidence: 'Confidence',
	},

	sections: {
		results: 'Results',
		series: { day: 'Day by day', week: 'Week by week', month: 'Month by month' },
		checks: 'Checks',
		combinations: 'Checks failed together',
		warnings: 'Image quality',
		scores: 'Scores',
		riskScore: 'Risk score',
		confidence: 'Confidence',
		operations: 'Time and credits',
		riskiest: 'Riskiest validations',
		notes: 'How to read this',
	},
	leads: {
		results:
			'Passed and Did not pass are shares of the checked documents, the others of all created.',
		series: 'The dark part of a bar is what did not pass.',
		checks: 'How many of the documents on which a check ran did not pass it.',
		warnings: 'What hampered the checks: the one part that better photos change.',
		riskScore:
			'How many validations have which score. A higher score is riskier. Under each bar is the score it begins at.',
		confidence:
			'How many validations have which score. A higher score is more likely genuine. Under each bar is the score it begins at.',
		riskiest: 'By descending risk score; those without one after them, by ascending confidence.',
	},
	figures: {
		completionMedian: 'Time to complete, median',
		completionP95: 'Time to complete, 95th percentile',
		pendingUnderOneHour: 'Pending for under an hour',
		pendingUnderOneDay: 'Pending for under a day',
		pendingOlder: 'Pending for longer',
		credits: 'Credits used',
		probability: (check: string) => `Probability: ${check}`,
		ofRecords: (n: string) => `of ${n} validations`,
	},

	notes: {
		isNotComplete:
			'The list changed in a way that leaves it unsure whether every validation is counted here. Run the report again at a quieter time.',
		halfOpen: (after: string, before: string, zone: string) =>
			`Created from ${after} to before ${before}, in the time zone ${zone}.`,
		sentTwice: 'A document that was sent twice counts twice.',
		wilson:
			'“Too few to tell”: the 95 % intervals (Wilson) of the two rates overlap, so the change may be chance.',
		exact: 'Median and percentiles are exact, by nearest rank.',
		histogram: (error: string) =>
			`Median and percentiles of the scores are from a histogram, within ${error}.`,
		logHistogram: (error: string) => `Those of the times are within ${error}.`,
		outside: (n: string) => `${n} values lay outside their range and are in no figure.`,
		missing: (list: string) => `Not stated by the records, and counted nowhere: ${list}.`,
		undated: (n: string) =>
			`${n} validations do not say when they were created; they are left out.`,
		made: (time: string, account: string) => `Made ${time} from ${account}.`,
	},
	missing: {
		verdict: 'verdict',
		failedChecks: 'failed checks',
		riskScore: 'risk score',
		confidence: 'confidence',
		completedAt: 'time completed',
		credits: 'credits',
	},
};

/** The texts of a report in one language. */
export type Texts = typeof en;
