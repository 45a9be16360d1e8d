simulation-title = مستشفى محاكى
simulation-what = طاقم خيالي يبعث الحياة في المستشفيين: يستعمل الشاشات نفسها التي تستعملها وبالحقوق نفسها. ما تقوم به بنفسك لا يعاد، وكل شيء يستمر انطلاقا منه.
simulation-now = الساعة في المستشفى:
simulation-pace = الزمن يمر
simulation-stand = متوقف
simulation-times = × { $n }
simulation-counts = منذ التشغيل
simulation-act = العمل
simulation-arrive = وصول إلى المستعجلات
simulation-triage = فرز
simulation-box = إدخال إلى مقصورة
simulation-charge = تكفل من طبيب
simulation-decide = قرار في المستعجلات
simulation-left = مغادرة دون فحص
simulation-admit = وضع في سرير
simulation-may-go = تقرير الخروج
simulation-depart = مغادرة
simulation-clean = تنظيف، بدايته أو نهايته
simulation-refused = { $n ->
    [one] رُفض عمل واحد.
    [two] رُفض عملان.
    [few] رُفضت { $n } أعمال.
   *[other] رُفض { $n } عملا.
  }
simulation-was-refused = رُفض:
simulation-last = آخر الأعمال
simulation-nothing = لا شيء بعد.
simulation-see = للاطلاع:
simulation-emergency = المستعجلات
simulation-beds = الأسرّة
