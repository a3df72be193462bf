// The Portuguese texts of a report.
import type { Texts } from './en';

export const pt: Texts = {
	locale: 'pt-BR',
	kind: 'Relatório de autenticidade de documentos',
	title: (dates) => `Documentos verificados, ${dates}`,
	subject: (dates, rate, checked) =>
		`Documentos verificados, ${dates}: ${rate} de ${checked} aprovados`,
	subjectWithoutChecked: (dates) => `Documentos verificados, ${dates}: nenhum foi verificado`,
	days: (days) => (days === 1 ? '1 dia' : `${days} dias`),
	comparedWith: (dates) => `Em comparação com ${dates}`,
	ofCreated: (n) => `de ${n} criadas`,
	nOf: (n, of) => `${n} de ${of}`,
	before: (rate) => `antes ${rate}`,
	notStated: 'sem dados',
	andMore: (n) => `e mais ${n}`,
	otherWarnings: (n) => `e outros avisos, ${n} vezes`,

	points: (points) => `${points} pontos`,
	unchanged: 'sem alteração',
	tooFewToTell: 'poucos para concluir',

	verdicts: {
		passed: 'Aprovadas',
		notPassed: 'Não aprovadas',
		notCarriedOut: 'Não puderam ser realizadas',
		pending: 'Pendentes',
		unknown: 'Sem resultado',
	},
	outcome: {
		passed: 'Aprovada',
		notPassed: 'Não aprovada',
		notCarriedOut: 'Não pôde ser realizada',
		pending: 'Pendente',
		unknown: 'Sem resultado',
	},
	checks: {
		screenReplay: 'Foto de tela',
		printedCopy: 'Cópia impressa',
		portraitSubstitution: 'Substituição do retrato',
		digitalManipulation: 'Manipulação digital',
	},
	warningNames: {
		GLARE_ON_IMAGE: 'Reflexos na imagem',
		IMAGE_TOO_BLURRY: 'Imagem desfocada',
		IMAGE_IS_TOO_COMPRESSED: 'Imagem comprimida demais',
		POOR_IMAGE_EXPOSURE: 'Exposição ruim',
		LOW_RESOLUTION: 'Baixa resolução',
		LOW_CONTRAST: 'Baixo contraste',
		DOCUMENT_BORDERS_OUTSIDE_OF_FRAME: 'Documento fora do enquadramento',
		DOCUMENT_CROPPED: 'Documento cortado',
		MULTIPLE_DOCUMENTS_IN_FRAME: 'Vários documentos no enquadramento',
		DOCUMENT_TOO_CLOSE_TO_BORDER: 'Documento perto demais da borda',
		RELATIVE_DOCUMENT_SIZE_LOWER_THAN_10_PERCENT: 'Documento pequeno demais na imagem',
	},

	intervals: { day: 'Dia', week: 'Semana', month: 'Mês' },
	columns: {
		result: 'Resultado',
		validations: 'Validações',
		share: 'Proporção',
		change: 'Variação',
		created: 'Criadas',
		checked: 'Verificados',
		passRate: 'Aprovação',
		notPassed: 'Não aprovadas',
		check: 'Verificação',
		failedOfRun: 'Não superadas',
		rate: 'Taxa',
		checksFailed: 'Verificações não superadas',
		warning: 'Aviso',
		figure: 'Dado',
		value: 'Valor',
		score: 'Pontuação',
		mean: 'Média',
		median: 'Mediana',
		validation: 'Validação',
		riskScore: 'Risco',
		confidence: 'Confiança',
	},

	sections: {
		results: 'Resultados',
		series: { day: 'Por dia', week: 'Por semana', month: 'Por mês' },
		checks: 'Verificações',
		combinations: 'Verificações não superadas em conjunto',
		warnings: 'Qualidade da imagem',
		scores: 'Pontuações',
		riskScore: 'Pontuação de risco',
		confidence: 'Confiança',
		operations: 'Tempos e créditos',
		riskiest: 'Validações de maior risco',
		notes: 'Como ler este relatório',
	},
	leads: {
		results:
			'Aprovadas e Não aprovadas são proporções dos documentos verificados; as demais, de todas as validações criadas.',
		series: 'A parte escura da barra são as não aprovadas.',
		checks: 'Quantos dos documentos em que uma verificação foi feita não a superaram.',
		warnings: 'O que dificultou as verificações: o que melhora com fotos melhores.',
		riskScore:
			'Quantas validações têm cada pontuação. Uma mais alta indica mais risco. Abaixo de cada barra está a pontuação em que começa.',
		confidence:
			'Quantas validações têm cada pontuação. Uma mais alta indica um documento mais provavelmente autêntico. Abaixo de cada barra está a pontuação em que começa.',
		riskiest:
			'Da maior para a menor pontuação de risco; depois, as que não a têm, da menor para a maior confiança.',
	},
	figures: {
		completionMedian: 'Tempo até concluir, mediana',
		completionP95: 'Tempo até concluir, percentil 95',
		pendingUnderOneHour: 'Pendentes há menos de uma hora',
		pendingUnderOneDay: 'Pendentes há menos de um dia',
		pendingOlder: 'Pendentes há mais tempo',
		credits: 'Créditos usados',
		probability: (check) => `Probabilidade: ${check}`,
		ofRecords: (n) => `de ${n} validações`,
	},

	notes: {
		isNotComplete:
			'A lista mudou de um modo que não permite garantir que todas as validações estejam contadas aqui. Gere o relatório novamente em um momento mais tranquilo.',
		halfOpen: (after, before, zone) =>
			`Criadas a partir de ${after} e antes de ${before}, no fuso horário ${zone}.`,
		sentTwice: 'Um documento enviado duas vezes conta duas vezes.',
		wilson:
			'“Poucos para concluir”: os intervalos de 95 % (Wilson) das duas taxas se sobrepõem, de modo que a variação pode ser acaso.',
		exact: 'A mediana e os percentis são exatos, pelo posto mais próximo.',
		histogram: (error) =>
			`A mediana e os percentis das pontuações vêm de um histograma, com margem de ${error}.`,
		logHistogram: (error) => `Os dos tempos têm margem de ${error}.`,
		outside: (n) => `Valores fora da faixa, que não estão em nenhum número: ${n}.`,
		missing: (list) => `O que os registros não dizem e não é contado: ${list}.`,
		undated: (n) => `Validações sem data de criação, que são omitidas: ${n}.`,
		made: (time, account) => `Gerado em ${time} a partir de ${account}.`,
	},
	missing: {
		verdict: 'resultado',
		failedChecks: 'verificações não superadas',
		riskScore: 'pontuação de risco',
		confidence: 'confiança',
		completedAt: 'hora de conclusão',
		credits: 'créditos',
	},
};
