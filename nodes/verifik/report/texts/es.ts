// The Spanish texts of a report.
import type { Texts } from './en';

export const es: Texts = {
	locale: 'es-419',
	kind: 'Informe de autenticidad de documentos',
	title: (dates) => `Documentos verificados, ${dates}`,
	subject: (dates, rate, checked) =>
		`Documentos verificados, ${dates}: ${rate} de ${checked} aprobados`,
	subjectWithoutChecked: (dates) => `Documentos verificados, ${dates}: no se verificó ninguno`,
	days: (days) => (days === 1 ? '1 día' : `${days} días`),
	comparedWith: (dates) => `En comparación con ${dates}`,
	ofCreated: (n) => `de ${n} creadas`,
	nOf: (n, of) => `${n} de ${of}`,
	before: (rate) => `antes ${rate}`,
	notStated: 'sin datos',
	andMore: (n) => `y ${n} más`,
	otherWarnings: (n) => `y otras advertencias, ${n} veces`,

	points: (points) => `${points} puntos`,
	unchanged: 'sin cambios',
	tooFewToTell: 'muy pocos para concluir',

	verdicts: {
		passed: 'Aprobadas',
		notPassed: 'No aprobadas',
		notCarriedOut: 'No se pudieron realizar',
		pending: 'Pendientes',
		unknown: 'Sin resultado',
	},
	outcome: {
		passed: 'Aprobada',
		notPassed: 'No aprobada',
		notCarriedOut: 'No se pudo realizar',
		pending: 'Pendiente',
		unknown: 'Sin resultado',
	},
	checks: {
		screenReplay: 'Foto de pantalla',
		printedCopy: 'Copia impresa',
		portraitSubstitution: 'Sustitución del retrato',
		digitalManipulation: 'Manipulación digital',
	},
	warningNames: {
		GLARE_ON_IMAGE: 'Reflejos en la imagen',
		IMAGE_TOO_BLURRY: 'Imagen borrosa',
		IMAGE_IS_TOO_COMPRESSED: 'Imagen demasiado comprimida',
		POOR_IMAGE_EXPOSURE: 'Mala exposición',
		LOW_RESOLUTION: 'Baja resolución',
		LOW_CONTRAST: 'Bajo contraste',
		DOCUMENT_BORDERS_OUTSIDE_OF_FRAME: 'El documento sale del encuadre',
		DOCUMENT_CROPPED: 'Documento recortado',
		MULTIPLE_DOCUMENTS_IN_FRAME: 'Varios documentos en el encuadre',
		DOCUMENT_TOO_CLOSE_TO_BORDER: 'Documento muy cerca del borde',
		RELATIVE_DOCUMENT_SIZE_LOWER_THAN_10_PERCENT: 'Documento muy pequeño en la imagen',
	},

	intervals: { day: 'Día', week: 'Semana', month: 'Mes' },
	columns: {
		result: 'Resultado',
		validations: 'Validaciones',
		share: 'Proporción',
		change: 'Cambio',
		created: 'Creadas',
		checked: 'Verificados',
		passRate: 'Aprobación',
		notPassed: 'No aprobadas',
		check: 'Control',
		failedOfRun: 'No superados',
		rate: 'Tasa',
		checksFailed: 'Controles no superados',
		warning: 'Advertencia',
		figure: 'Dato',
		value: 'Valor',
		score: 'Puntaje',
		mean: 'Media',
		median: 'Mediana',
		validation: 'Validación',
		riskScore: 'Riesgo',
		confidence: 'Confianza',
	},

	sections: {
		results: 'Resultados',
		series: { day: 'Por día', week: 'Por semana', month: 'Por mes' },
		checks: 'Controles',
		combinations: 'Controles no superados a la vez',
		warnings: 'Calidad de imagen',
		scores: 'Puntajes',
		riskScore: 'Puntaje de riesgo',
		confidence: 'Confianza',
		operations: 'Tiempos y créditos',
		riskiest: 'Validaciones de mayor riesgo',
		notes: 'Cómo leer este informe',
	},
	leads: {
		results:
			'Aprobadas y No aprobadas son proporciones de los documentos verificados; las demás, de todas las validaciones creadas.',
		series: 'La parte oscura de la barra son las no aprobadas.',
		checks: 'Cuántos de los documentos a los que se aplicó un control no lo superaron.',
		warnings: 'Lo que dificultó los controles: lo que mejora con mejores fotos.',
		riskScore:
			'Cuántas validaciones tienen cada puntaje. Uno más alto indica más riesgo. Debajo de cada barra está el puntaje en que empieza.',
		confidence:
			'Cuántas validaciones tienen cada puntaje. Uno más alto indica un documento más probablemente auténtico. Debajo de cada barra está el puntaje en que empieza.',
		riskiest:
			'De mayor a menor puntaje de riesgo; después, las que no lo tienen, de menor a mayor confianza.',
	},
	figures: {
		completionMedian: 'Tiempo hasta completar, mediana',
		completionP95: 'Tiempo hasta completar, percentil 95',
		pendingUnderOneHour: 'Pendientes desde hace menos de una hora',
		pendingUnderOneDay: 'Pendientes desde hace menos de un día',
		pendingOlder: 'Pendientes desde hace más tiempo',
		credits: 'Créditos usados',
		probability: (check) => `Probabilidad: ${check}`,
		ofRecords: (n) => `de ${n} validaciones`,
	},

	notes: {
		isNotComplete:
			'La lista cambió de tal modo que no es seguro que todas las validaciones estén contadas aquí. Vuelva a generar el informe en un momento más tranquilo.',
		halfOpen: (after, before, zone) =>
			`Creadas desde ${after} hasta antes de ${before}, en la zona horaria ${zone}.`,
		sentTwice: 'Un documento enviado dos veces cuenta dos veces.',
		wilson:
			'«Muy pocos para concluir»: los intervalos del 95 % (Wilson) de las dos tasas se superponen, de modo que el cambio puede ser casual.',
		exact: 'La mediana y los percentiles son exactos, por rango más cercano.',
		histogram: (error) =>
			`La mediana y los percentiles de los puntajes provienen de un histograma, con un margen de ${error}.`,
		logHistogram: (error) => `Los de los tiempos tienen un margen de ${error}.`,
		outside: (n) => `Valores fuera de su rango, que no están en ninguna cifra: ${n}.`,
		missing: (list) => `Lo que los registros no dicen y no se cuenta: ${list}.`,
		undated: (n) => `Validaciones sin fecha de creación, que se omiten: ${n}.`,
		made: (time, account) => `Generado el ${time} a partir de ${account}.`,
	},
	missing: {
		verdict: 'resultado',
		failedChecks: 'controles no superados',
		riskScore: 'puntaje de riesgo',
		confidence: 'confianza',
		completedAt: 'hora de finalización',
		credits: 'créditos',
	},
};
