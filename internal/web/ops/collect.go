package ops

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/witness"
)

// Sources are what the metrics are read from at each scrape.
type Sources struct {
	Jobs  func(ctx context.Context) (job.Stats, error)
	Pools func() map[string]sql.DBStats // by the pool's name
	// Witnesses are those of the log of certificates; Now tells since when.
	Witnesses func(ctx context.Context) ([]witness.Standing, error)
	Now       func() time.Time
}

// Register adds the metrics of the process, the job queue and the database's
// connections.
func Register(reg prometheus.Registerer, s Sources) error {
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newCollector(s),
	} {
		if err := reg.Register(c); err != nil {
			return fmt.Errorf("metrics: %w", err)
		}
	}
	return nil
}

// scrapeTimeout bounds the reads of one scrape.
const scrapeTimeout = 5 * time.Second

type collector struct {
	Sources
	up, jobs, due, lag, periodic            *prometheus.Desc
	conns, maxOpen, waited, waitedFor, open *prometheus.Desc
	silent, alarm                           *prometheus.Desc
}

func newCollector(s Sources) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("cocare_"+name, help, labels, nil)
	}
	return &collector{
		Sources:   s,
		up:        desc("jobs_up", "Whether the job queue could be read; without it the other job metrics are missing."),
		jobs:      desc("jobs", "Unfinished jobs by state. Dead ones wait for a person.", "state"),
		due:       desc("jobs_due", "Ready jobs that should have begun."),
		lag:       desc("job_lag_seconds", "How long the oldest due job has waited."),
		periodic:  desc("periodic_work", "Periodic work in trouble: overdue, or failed the last time.", "trouble"),
		conns:     desc("db_connections", "Database connections by pool and use.", "pool", "use"),
		maxOpen:   desc("db_connections_max", "Most connections that a pool may open.", "pool"),
		waited:    desc("db_waits_total", "Requests that waited for a connection.", "pool"),
		waitedFor: desc("db_wait_seconds_total", "Time spent waiting for a connection.", "pool"),
		open:      desc("db_connections_open", "Connections that a pool has open.", "pool"),
		silent:    desc("witness_silent_seconds", "How long ago a witness last cosigned the log of certificates; missing for one that never did.", "witness"),
		alarm:     desc("witness_alarm", "1 for a witness that saw another log of certificates than there is.", "witness"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.up, c.jobs, c.due, c.lag, c.periodic, c.conns, c.maxOpen, c.waited, c.waitedFor, c.open, c.silent, c.alarm} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. A database that does not answer
// takes nothing else with it.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	for name, p := range c.Pools() {
		gauge(c.conns, float64(p.InUse), name, "busy")
		gauge(c.conns, float64(p.Idle), name, "idle")
		gauge(c.open, float64(p.OpenConnections), name)
		gauge(c.maxOpen, float64(p.MaxOpenConnections), name)
		counter(c.waited, float64(p.WaitCount), name)
		counter(c.waitedFor, p.WaitDuration.Seconds(), name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	c.witnesses(ctx, gauge)
	s, err := c.Jobs(ctx)
	if err != nil {
		gauge(c.up, 0)
		return
	}
	gauge(c.up, 1)
	gauge(c.jobs, float64(s.Ready), "ready")
	gauge(c.jobs, float64(s.Running), "running")
	gauge(c.jobs, float64(s.Dead), "dead")
	gauge(c.due, float64(s.Due))
	gauge(c.lag, s.Lag.Seconds())
	gauge(c.periodic, float64(len(s.Overdue)), "overdue")
	gauge(c.periodic, float64(len(s.Failing)), "failing")
}

// witnesses says nothing where they cannot be read: their absence is the sign.
func (c *collector) witnesses(ctx context.Context, gauge func(*prometheus.Desc, float64, ...string)) {
	list, err := c.Witnesses(ctx)
	if err != nil {
		return
	}
	for _, s := range list {
		if !s.Asked {
			continue
		}
		alarm := 0.0
		if s.Alarm != witness.None {
			alarm = 1
		}
		gauge(c.alarm, alarm, s.Key.ID())
		if s.CosignedAt != nil {
			gauge(c.silent, c.Now().Sub(*s.CosignedAt).Seconds(), s.Key.ID())
		}
	}
}
