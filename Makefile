# Short names for the commands of run.py. Ports and the like: make demo OPTIONS="--port 8080"
.PHONY: demo serve setup test bench

demo:
	python3 run.py demo $(OPTIONS)

serve:
	python3 run.py serve $(OPTIONS)

setup:
	python3 run.py setup

test:
	python3 run.py test $(OPTIONS)

bench:
	python3 run.py bench $(OPTIONS)
