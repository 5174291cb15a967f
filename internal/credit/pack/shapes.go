package pack

// The shapes of a file. Pointers tell what is not there.
type (
	basisFile struct {
		Mark      string `yaml:"mark"`
		Source    string `yaml:"source"`
		CheckedOn string `yaml:"checked_on"`
		Says      string `yaml:"says"`
	}
	ruleFile[T any] struct {
		Value     *T `yaml:"value"`
		basisFile `yaml:",inline"`
	}
	hoursFile struct {
		Formula            string  `yaml:"formula"`
		WordsPerHour       int     `yaml:"words_per_hour"`
		ReadingFactor      float64 `yaml:"reading_factor"`
		MinutesPerQuestion float64 `yaml:"minutes_per_question"`
		Round              string  `yaml:"round"`
		MinimumHours       float64 `yaml:"minimum_hours"`
	}
	questionsFile struct {
		First     *int     `yaml:"first_hour"`
		Further   *int     `yaml:"further"`
		EachHours *float64 `yaml:"each_hours"`
	}
	capFile struct {
		Hours       float64 `yaml:"hours"`
		WithinHours int     `yaml:"within_hours"`
	}
	selfPacedFile struct {
		Accepted *bool    `yaml:"accepted"`
		Hours    *float64 `yaml:"hours"`
		Percent  *int     `yaml:"percent"`
	}
	activeTimeFile struct {
		Policy   string `yaml:"policy"`
		Requests bool   `yaml:"page_requests"`
	}
	liveFile struct {
		MinutesPerHour int     `yaml:"minutes_per_hour"`
		Round          string  `yaml:"round"`
		MinimumHours   float64 `yaml:"minimum_hours"`
		Exam           *bool   `yaml:"exam"`
	}
	rulesFile struct {
		Hours             *ruleFile[hoursFile]      `yaml:"hours"`
		Live              *ruleFile[liveFile]       `yaml:"live"`
		NotCounted        *ruleFile[[]string]       `yaml:"not_counted"`
		PassPercent       *ruleFile[int]            `yaml:"pass_percent"`
		Questions         *ruleFile[questionsFile]  `yaml:"questions"`
		TrueFalsePercent  *ruleFile[int]            `yaml:"true_false_percent"`
		Objectives        *ruleFile[int]            `yaml:"objectives"`
		Attempts          *ruleFile[int]            `yaml:"attempts"`
		ActiveTime        *ruleFile[activeTimeFile] `yaml:"active_time"`
		Evaluation        *ruleFile[bool]           `yaml:"evaluation"`
		Disclosure        *ruleFile[bool]           `yaml:"disclosure"`
		Identity          *ruleFile[bool]           `yaml:"identity"`
		CertificateFields *ruleFile[[]Field]        `yaml:"certificate_fields"`
		Statement         *ruleFile[string]         `yaml:"statement"`
		Categories        *ruleFile[[]string]       `yaml:"categories"`
		PartialCredit     *ruleFile[bool]           `yaml:"partial_credit"`
		DailyCap          *ruleFile[capFile]        `yaml:"daily_cap"`
		RetentionYears    *ruleFile[int]            `yaml:"retention_years"`
		ReportingDays     *ruleFile[int]            `yaml:"reporting_days"`
		ReferenceYears    *ruleFile[int]            `yaml:"reference_years"`
		ReviewYears       *ruleFile[int]            `yaml:"review_years"`
		RenewalHours      *ruleFile[float64]        `yaml:"renewal_hours"`
		SelfPaced         *ruleFile[selfPacedFile]  `yaml:"self_paced"`
		Accepts           *ruleFile[[]string]       `yaml:"accepts"`
	}
	packFile struct {
		Code          string    `yaml:"code"`
		Kind          string    `yaml:"kind"`
		Name          string    `yaml:"name"`
		Short         string    `yaml:"short"`
		Unit          string    `yaml:"unit"`
		Professions   []string  `yaml:"professions"`
		Jurisdictions []string  `yaml:"jurisdictions"`
		From          string    `yaml:"from"`
		Until         string    `yaml:"until"`
		CheckedOn     string    `yaml:"checked_on"`
		Notes         []string  `yaml:"notes"`
		Rules         rulesFile `yaml:"rules"`
	}
)
